import { awsServices } from '../../src/gateway/aws-services';

afterEach(() => jest.restoreAllMocks());

test('Glue is asked with the credentials that there are then', async () => {
  const seen: string[] = [];
  for (const id of ['first', 'second']) {
    const env = { ...process.env, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: id };
    const replaced = jest.replaceProperty(process, 'env', env);
    const glue = await awsServices.glue();
    seen.push((await glue.config.credentials()).accessKeyId);
    glue.destroy();
    replaced.restore();
  }
  expect(seen).toEqual(['first', 'second']);
});
