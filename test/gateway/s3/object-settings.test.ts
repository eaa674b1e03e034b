import { NO_OBJECT_SETTINGS, parseObjectSettings } from '../../../src/contract/object-settings';
import { objectSettings, readObjectSettings } from '../../../src/gateway/s3/object-settings';

const tag = (key: string, value = '') => ({ key, value });

test('nothing is set by itself', () => {
  expect(readObjectSettings({})).toEqual(NO_OBJECT_SETTINGS);
});

test('the environment sets what requests leave open', () => {
  const defaults = readObjectSettings({
    JUPYTERLAB_REPLICA_S3_KMS_KEY: 'alias/exports',
    JUPYTERLAB_REPLICA_S3_BUCKET_KEY: 'on',
    JUPYTERLAB_REPLICA_S3_BUCKET_OWNER: '111122223333',
    JUPYTERLAB_REPLICA_S3_TAGS: 'team=data, purpose=a=b',
    JUPYTERLAB_REPLICA_S3_STORAGE_CLASS: 'STANDARD_IA'
  });
  const set = {
    kmsKey: 'alias/exports',
    bucketKey: true,
    bucketOwner: '111122223333',
    tags: [tag('team', 'data'), tag('purpose', 'a=b')],
    storageClass: 'STANDARD_IA'
  };
  expect(defaults).toEqual(set);
  const asked = parseObjectSettings({ kmsKey: 'alias/other', bucketKey: false, tags: [] });
  expect(objectSettings(asked, defaults)).toEqual({
    ...set,
    kmsKey: 'alias/other',
    bucketKey: false,
    tags: []
  });
});

test.each([
  [{ JUPYTERLAB_REPLICA_S3_BUCKET_KEY: 'yes' }, 'JUPYTERLAB_REPLICA_S3_BUCKET_KEY must be on or off'],
  [{ JUPYTERLAB_REPLICA_S3_STORAGE_CLASS: 'GLACIER' }, 'JUPYTERLAB_REPLICA_S3_STORAGE_CLASS must be one of'],
  [{ JUPYTERLAB_REPLICA_S3_TAGS: 'team' }, 'JUPYTERLAB_REPLICA_S3_TAGS must be written as'],
  [{ JUPYTERLAB_REPLICA_S3_BUCKET_OWNER: 'me' }, '12 digits']
])('%j is refused', (environment, message) => {
  expect(() => readObjectSettings(environment)).toThrow(message);
});

test.each([
  [{ bucketOwner: '123' }, '12 digits'],
  [{ tags: Array.from({ length: 11 }, (_, index) => tag(`t${index}`)) }, 'at most 10 tags'],
  [{ tags: [tag('a'), tag('a')] }, 'The tag "a"'],
  [{ tags: [tag('')] }, 'The tag ""'],
  [{ tags: [tag('a', 'x'.repeat(257))] }, 'longer than S3 takes']
])('a request for %j is refused', (asked, message) => {
  expect(() => objectSettings(parseObjectSettings(asked), NO_OBJECT_SETTINGS)).toThrow(message);
});
