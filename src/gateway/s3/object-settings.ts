import type { StorageClass } from '@aws-sdk/client-s3';
import {
  NO_OBJECT_SETTINGS,
  STORAGE_CLASSES,
  parseObjectSettings,
  type ObjectSettings
} from '../../contract/object-settings';
import { GatewayError } from '../gateway-error';

/** What S3 takes at most. */
const MOST_TAGS = 10;
const [LONGEST_TAG, LONGEST_TAG_VALUE] = [128, 256];

/** What was asked for, and where nothing was, what the gateway was told. Throws GatewayError `bad-request`. */
export function objectSettings(asked: ObjectSettings, defaults: ObjectSettings): ObjectSettings {
  const settings = {
    kmsKey: asked.kmsKey ?? defaults.kmsKey,
    bucketKey: asked.bucketKey ?? defaults.bucketKey,
    bucketOwner: asked.bucketOwner ?? defaults.bucketOwner,
    tags: asked.tags ?? defaults.tags,
    storageClass: asked.storageClass ?? defaults.storageClass
  };
  const fault = faultOf(settings);
  if (fault) {
    throw new GatewayError('bad-request', fault.text, { subject: fault.subject });
  }
  return settings;
}

/**
 * The gateway's own settings. `JUPYTERLAB_REPLICA_S3_TAGS` is written `team=data,purpose=training`. Throws GatewayError
 * `bad-request` that names the variable.
 */
export function readObjectSettings(environment: NodeJS.ProcessEnv): ObjectSettings {
  const read = (name: string) => environment[`JUPYTERLAB_REPLICA_S3_${name}`] || null;
  const bucketKey = read('BUCKET_KEY');
  const storageClass = read('STORAGE_CLASS');
  check(
    bucketKey === null || bucketKey === 'on' || bucketKey === 'off',
    'JUPYTERLAB_REPLICA_S3_BUCKET_KEY must be on or off.'
  );
  check(
    storageClass === null || STORAGE_CLASSES.some(known => known === storageClass),
    `JUPYTERLAB_REPLICA_S3_STORAGE_CLASS must be one of ${STORAGE_CLASSES.join(', ')}.`
  );
  return objectSettings(
    parseObjectSettings({
      kmsKey: read('KMS_KEY'),
      bucketKey: bucketKey && bucketKey === 'on',
      bucketOwner: read('BUCKET_OWNER'),
      tags: read('TAGS')?.split(',').map(readTag) ?? null,
      storageClass
    }),
    NO_OBJECT_SETTINGS
  );
}

function readTag(entry: string): { readonly key: string; readonly value: string } {
  const at = entry.indexOf('=');
  check(at > 0, 'JUPYTERLAB_REPLICA_S3_TAGS must be written as name=value,name=value.');
  return { key: entry.slice(0, at).trim(), value: entry.slice(at + 1).trim() };
}

function check(holds: boolean, text: string): void {
  if (!holds) {
    throw new GatewayError('bad-request', text, { subject: text.split(' ')[0] ?? null });
  }
}

function faultOf({ bucketOwner, tags }: ObjectSettings): { subject: string; text: string } | null {
  if (bucketOwner !== null && !/^\d{12}$/.test(bucketOwner)) {
    return { subject: bucketOwner, text: "The bucket's owner must be the 12 digits of an AWS account." };
  }
  if (tags && tags.length > MOST_TAGS) {
    return { subject: 'tags', text: `S3 takes at most ${MOST_TAGS} tags an object.` };
  }
  const wrong = tags?.find(
    ({ key, value }, index) =>
      key === '' ||
      key.length > LONGEST_TAG ||
      value.length > LONGEST_TAG_VALUE ||
      tags.findIndex(other => other.key === key) !== index
  );
  return wrong
    ? {
        subject: wrong.key,
        text: `The tag "${wrong.key}" is empty, twice there, or longer than S3 takes (${LONGEST_TAG} and ${LONGEST_TAG_VALUE} characters).`
      }
    : null;
}

/** For each request on the bucket that knows it. */
export function ownedBy({ bucketOwner }: ObjectSettings): { readonly ExpectedBucketOwner?: string } {
  return bucketOwner === null ? {} : { ExpectedBucketOwner: bucketOwner };
}

/** For requests that make an object or begin one. */
export function keptAs(settings: ObjectSettings): {
  readonly ExpectedBucketOwner?: string;
  readonly ServerSideEncryption?: 'aws:kms';
  readonly SSEKMSKeyId?: string;
  readonly BucketKeyEnabled?: boolean;
  readonly Tagging?: string;
  readonly StorageClass?: StorageClass;
} {
  const { kmsKey, bucketKey, tags, storageClass } = settings;
  return {
    ...ownedBy(settings),
    ...(kmsKey === null ? {} : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKey }),
    ...(bucketKey === null ? {} : { BucketKeyEnabled: bucketKey }),
    ...(tags && tags.length > 0 ? { Tagging: tagging(tags) } : {}),
    ...(storageClass === null ? {} : { StorageClass: storageClass })
  };
}

function tagging(tags: NonNullable<ObjectSettings['tags']>): string {
  return tags.map(({ key, value }) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&');
}
