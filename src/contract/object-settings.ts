import { flag, list, nullable, oneOf, optional, record, text, type Parsed } from './parse';

/** Those that can be read at once; objects of the archive classes would have to be restored first. */
export const STORAGE_CLASSES = [
  'STANDARD',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR'
] as const;

/**
 * How S3 keeps the objects of an export. What is null is left to the gateway's own settings, and what these leave open to
 * the bucket.
 */
export const parseObjectSettings = record({
  /** Id, ARN or alias of the KMS key that encrypts them. */
  kmsKey: optional(nullable(text), null),
  /** One data key for many objects, which saves requests to KMS. */
  bucketKey: optional(nullable(flag), null),
  /** The 12 digits of the account that must own the bucket; S3 refuses each request where it does not. */
  bucketOwner: optional(nullable(text), null),
  /** At most ten; S3 wants s3:PutObjectTagging for them. */
  tags: optional(nullable(list(record({ key: text, value: text }))), null),
  storageClass: optional(nullable(oneOf(...STORAGE_CLASSES)), null)
});
export type ObjectSettings = Parsed<typeof parseObjectSettings>;

export const NO_OBJECT_SETTINGS: ObjectSettings = parseObjectSettings({});
