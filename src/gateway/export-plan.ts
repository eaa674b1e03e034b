import { GetBucketEncryptionCommand, type S3Client } from '@aws-sdk/client-s3';
import { summaryOf } from '../contract/dataset';
import type { ExportRequest } from '../contract/export';
import type { ObjectSettings } from '../contract/object-settings';
import type { ExportPlan } from '../contract/storage';
import { Manifests } from './dataset/manifests';
import type { ExportFacts } from './export-facts';
import { objectSettings, ownedBy } from './s3/object-settings';
import { statObject } from './s3/objects';

/** Parquet takes about this share of what PostgreSQL's planner calls a row's width. */
const PARQUET_SHARE = 0.3;
const FILE_BYTES = 256 * 2 ** 20;
/** Bytes of the planner's width that a small machine exports in a second; an estimate is better than none. */
const WIDTH_BYTES_PER_S = 40e6;

interface PlanEffects {
  readonly s3: S3Client;
  readonly facts: (request: ExportRequest) => Promise<ExportFacts>;
  readonly columns: (request: ExportRequest) => Promise<ExportPlan['columns']>;
  /** Of the objects that exports make, where a request leaves them open. */
  readonly objectSettings: ObjectSettings;
}

/** What an export would do. Never rejects: what cannot be found out is null, and a note says why. */
export async function planExport(
  request: ExportRequest,
  effects: PlanEffects
): Promise<Omit<ExportPlan, 'spark'>> {
  const { s3 } = effects;
  const { bucket, key, dataset } = request;
  const notes: string[] = [];
  const attempt = <T>(work: Promise<T>, otherwise: T, note: string): Promise<T> =>
    work.catch((error: unknown) => {
      notes.push(`${note}: ${error instanceof Error ? error.message : String(error)}`);
      return otherwise;
    });
  const [facts, columns, encryption, object, newest] = await Promise.all([
    attempt(effects.facts(request), null, 'The number of rows is not known'),
    attempt(effects.columns(request), [], 'The columns are not known'),
    attempt(encryptionOf(request, effects), null, "The bucket's encryption is not known"),
    dataset
      ? null
      : attempt(statObject(s3, { bucket, key }), null, 'Whether there is an object already is not known'),
    dataset
      ? attempt(new Manifests(s3, { bucket, prefix: key }).newest(), null, 'The dataset is not known')
      : null
  ]);
  const rows = facts?.rows ?? null;
  const bytes =
    rows === null || !facts?.widthBytes ? null : Math.round(rows * facts.widthBytes * PARQUET_SHARE);
  return {
    rows,
    bytes,
    files: bytes === null ? null : dataset ? Math.max(1, Math.ceil(bytes / FILE_BYTES)) : 1,
    durationMs: bytes === null ? null : (1000 * bytes) / PARQUET_SHARE / WIDTH_BYTES_PER_S,
    encryption,
    objectExists: object !== null,
    newest: newest && summaryOf(newest),
    columns,
    notes
  };
}

/** As the form shows it. Rejects with what the AWS SDK throws, or GatewayError `bad-request` for settings that cannot be. */
async function encryptionOf(request: ExportRequest, { s3, ...effects }: PlanEffects): Promise<string> {
  const settings = objectSettings(request.objectSettings, effects.objectSettings);
  if (settings.kmsKey !== null) {
    return `SSE-KMS, key ${keyName(settings.kmsKey)} (set for exports)`;
  }
  return `bucket default (${await bucketDefault(s3, request.bucket, settings)})`;
}

async function bucketDefault(s3: S3Client, Bucket: string, settings: ObjectSettings): Promise<string> {
  try {
    const { ServerSideEncryptionConfiguration } = await s3.send(
      new GetBucketEncryptionCommand({ Bucket, ...ownedBy(settings) })
    );
    const rule = ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
    const kind = KMS_KINDS.get(rule?.SSEAlgorithm ?? '');
    const key = rule?.KMSMasterKeyID;
    return kind ? `${kind}, ${key ? `key ${keyName(key)}` : 'the key of the account'}` : 'SSE-S3';
  } catch (error) {
    if (error instanceof Error && error.name === 'ServerSideEncryptionConfigurationNotFoundError') {
      return 'SSE-S3';
    }
    throw error;
  }
}

const KMS_KINDS = new Map([
  ['aws:kms', 'SSE-KMS'],
  ['aws:kms:dsse', 'DSSE-KMS']
]);

/** The id or alias of an ARN, which names account and region besides. */
function keyName(key: string): string {
  return key.split(':').at(-1) ?? key;
}
