import path from 'node:path';
import { NO_OBJECT_SETTINGS } from '../../src/contract/object-settings';
import { fileFormat } from '../../src/gateway/formats/file-format';
import { writeRows } from '../../src/gateway/formats/write-rows';
import { EncoderPool } from '../../src/gateway/parquet/encoder-pool';
import { resultSource } from '../../src/gateway/results/result-source';
import { openS3Client } from '../../src/gateway/s3/client';
import { Journal } from '../../src/gateway/s3/journal';
import { Lane } from '../../src/gateway/s3/lane';
import { uploadObject } from '../../src/gateway/s3/upload';
import { openGateway } from './gateway-spool';
import { PageReader } from './page-reader';
import type { Reader, ReplicaAccess } from './reader';

interface ExportCase {
  readonly compression: 'zstd' | 'snappy';
  readonly to: 'nowhere' | 's3';
  /** Pages of another result are read all the while, as a panel does. */
  readonly pages: boolean;
  readonly connections: 1 | 2;
}

const never = new AbortController().signal;

/** The product's export of a table with one encoder thread. */
export async function openExport(
  access: ReplicaAccess,
  table: string,
  { compression, to, pages, connections }: ExportCase
): Promise<Reader> {
  const gateway = await openGateway(access, connections);
  // Beside the bundle that this runs in.
  const encoders = new EncoderPool(path.join(__dirname, 'row-group-worker.js'), 1);
  const format = fileFormat({ format: 'parquet', compression }, encoders);
  const sink = to === 's3' ? await openS3Sink(table) : openNowhere();
  const screen = pages ? await PageReader.open(gateway, table) : null;
  let bytes = 0;
  return {
    read: async () => {
      // As an export does before it looks at its destination.
      const letGo = encoders.retain();
      const result = gateway.start(table, connections > 1, { readOnce: true });
      const source = resultSource(result, () => gateway.store.release(result.id));
      let rows = 0;
      screen?.start();
      bytes = await sink.write(writeRows(source, format, never, count => (rows = count)));
      await screen?.stop();
      letGo();
      await source.release();
      return rows;
    },
    fileBytes: () => bytes,
    ...(screen && { pageP99Ms: () => screen.p99Ms() }),
    close: async () => {
      await sink.close();
      await encoders.dispose();
      await gateway.close();
    }
  };
}

interface Sink {
  /** Gives the bytes that were written. */
  write(pieces: AsyncIterable<Uint8Array>): Promise<number>;
  close(): Promise<void>;
}

function openNowhere(): Sink {
  return {
    write: async pieces => {
      let bytes = 0;
      for await (const piece of pieces) {
        bytes += piece.length;
      }
      return bytes;
    },
    close: () => Promise.resolve()
  };
}

/** The emulator that the AWS SDK's environment names. */
async function openS3Sink(table: string): Promise<Sink> {
  const client = openS3Client();
  const journal = await Journal.open(path.join(__dirname, 'journal'));
  const bucket = process.env['BENCH_BUCKET'] ?? '';
  return {
    write: async body => {
      let bytes = 0;
      await uploadObject(
        { client, journal, lane: new Lane(4) },
        {
          address: { bucket, key: `ours/${table}.parquet` },
          ...{ overwrite: true, contentType: 'application/vnd.apache.parquet', settings: NO_OBJECT_SETTINGS },
          ...{ body, confirm: () => undefined, onBytes: sent => (bytes = sent), signal: never }
        }
      );
      return bytes;
    },
    close: async () => {
      await journal.close();
      client.destroy();
    }
  };
}
