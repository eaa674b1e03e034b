import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { NO_OBJECT_SETTINGS } from '../../contract/object-settings';
import { MANIFESTS, parseManifest, type Manifest } from '../../contract/dataset';
import { ContractError } from '../../contract/parse';
import { readAwsError } from '../aws-failure';
import { GatewayError } from '../gateway-error';
import { keptAs } from '../s3/object-settings';
import { listObjects, readText } from '../s3/objects';
import { manifestKey, sequenceOf, uriOfDataset, type DatasetAddress } from './layout';

/** The committed versions of one dataset. Its methods reject with what the AWS SDK throws, besides what they say. */
export class Manifests {
  constructor(
    private readonly client: S3Client,
    readonly address: DatasetAddress,
    /** Of the manifests that are committed. */
    private readonly settings = NO_OBJECT_SETTINGS
  ) {}

  /** The sequences of all committed versions, the oldest first. */
  async sequences(): Promise<readonly number[]> {
    const { bucket, prefix } = this.address;
    const found: number[] = [];
    for await (const { key } of listObjects(this.client, bucket, `${prefix}/${MANIFESTS}`)) {
      const sequence = sequenceOf(this.address, key);
      if (sequence !== null) {
        found.push(sequence);
      }
    }
    return found;
  }

  async newestSequence(): Promise<number> {
    return (await this.sequences()).at(-1) ?? 0;
  }

  /** Null before the first commit. Throws GatewayError `dataset-unreadable`. */
  async newest(): Promise<Manifest | null> {
    const sequence = await this.newestSequence();
    return sequence === 0 ? null : this.read(sequence);
  }

  /** Throws GatewayError `dataset-unreadable`. Null where there is none. */
  async read(sequence: number): Promise<Manifest | null> {
    const key = manifestKey(this.address, sequence);
    const content = await readText(this.client, { bucket: this.address.bucket, key });
    if (content === null) {
      return null;
    }
    try {
      return parseManifest(JSON.parse(content));
    } catch (error) {
      throw unreadable(`s3://${this.address.bucket}/${key}`, error);
    }
  }

  /** All of them, the newest first, and how many could not be read. */
  async all(): Promise<{ readonly manifests: readonly Manifest[]; readonly unreadable: number }> {
    const manifests: Manifest[] = [];
    let unreadable = 0;
    const sequences = [...(await this.sequences())].reverse();
    for (let from = 0; from < sequences.length; from += READ_AT_ONCE) {
      const some = sequences.slice(from, from + READ_AT_ONCE);
      for (const manifest of await Promise.all(some.map(sequence => this.readable(sequence)))) {
        if (manifest) {
          manifests.push(manifest);
        } else {
          unreadable++;
        }
      }
    }
    return { manifests, unreadable };
  }

  /** The manifest of a version by its name. Throws GatewayError `not-found`. */
  async find(version: string): Promise<Manifest> {
    const { manifests } = await this.all();
    const found = manifests.find(manifest => manifest.version === version);
    if (!found) {
      const subject = uriOfDataset(this.address);
      throw new GatewayError('not-found', `The dataset ${subject} has no version ${version}.`, {
        subject,
        action: 'Look at its list of versions; it may have been deleted.'
      });
    }
    return found;
  }

  /**
   * The one step that makes a version visible: S3 writes the manifest only where there is none of its sequence. False when
   * somebody else has that sequence.
   */
  async commit(manifest: Manifest): Promise<boolean> {
    try {
      await this.client.send(
        new PutObjectCommand({
          Bucket: this.address.bucket,
          Key: manifestKey(this.address, manifest.sequence),
          Body: JSON.stringify(manifest, null, 1),
          ContentType: 'application/json',
          ChecksumAlgorithm: 'CRC32',
          ...keptAs(this.settings),
          IfNoneMatch: '*'
        })
      );
      return true;
    } catch (error) {
      const { status } = readAwsError(error);
      if (status !== 412 && status !== 409) {
        throw error;
      }
      // The answer to an earlier try of ours may have been lost.
      return (await this.readable(manifest.sequence))?.version === manifest.version;
    }
  }

  private async readable(sequence: number): Promise<Manifest | null> {
    try {
      return await this.read(sequence);
    } catch (error) {
      if (error instanceof GatewayError) {
        return null;
      }
      throw error;
    }
  }
}

const READ_AT_ONCE = 8;

function unreadable(uri: string, error: unknown): GatewayError {
  const detail =
    error instanceof ContractError || error instanceof SyntaxError ? error.message : String(error);
  return new GatewayError('dataset-unreadable', `${uri} is no manifest that this version understands.`, {
    subject: uri,
    detail,
    action: 'Use the version of jupyterlab-replica that wrote it, or choose another prefix.'
  });
}
