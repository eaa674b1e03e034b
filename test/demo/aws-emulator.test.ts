import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { environmentFor } from '../../demo/stack';
import { testStack } from '../support/stack';

const stack = testStack();
const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = environmentFor(stack);
const connection = {
  endpoint: stack.aws.endpoint,
  region: stack.aws.region,
  credentials: { accessKeyId: AWS_ACCESS_KEY_ID!, secretAccessKey: AWS_SECRET_ACCESS_KEY! }
};

test('the secret names the writer for rotation and the replica for reading', async () => {
  const client = new SecretsManagerClient(connection);
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: stack.aws.secretId }));
  client.destroy();
  expect(JSON.parse(SecretString ?? '')).toMatchObject({
    host: stack.primary.host,
    port: stack.primary.port,
    readerHost: stack.standby.host,
    readerPort: stack.standby.port,
    dbname: stack.database,
    username: 'sagemaker_readonly',
    password: stack.reader.password
  });
});

test('the data bucket is there', async () => {
  const client = new S3Client({ ...connection, forcePathStyle: true });
  await expect(client.send(new HeadBucketCommand({ Bucket: 'jao-dev-data-science' }))).resolves.toBeDefined();
  client.destroy();
});
