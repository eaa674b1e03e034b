import { rmSync } from 'node:fs';
import path from 'node:path';
import {
  DATA_BUCKET,
  EMULATOR_KEYS,
  fillAwsEmulator,
  REGION,
  SECRET_ID,
  startAwsEmulator
} from './aws-emulator';
import type { PairDescription } from './pair-servers';
import { startReplicaPair } from './postgres';
import { sampleDatabase } from './sample-database';

export interface StackOptions {
  readonly stateDir: string;
  /** The virtual environment that has moto. */
  readonly pythonEnvironment: string;
  /** Rows of the sample: 1 is the whole of about two million, 0.01 a hundredth. */
  readonly scale: number;
  log(line: string): void;
}

/** Everything a client of the stack must know; plain data. */
export interface StackDescription extends PairDescription {
  readonly aws: {
    readonly endpoint: string;
    readonly region: string;
    readonly secretId: string;
    readonly bucket: string;
  };
}

export interface Stack {
  readonly description: StackDescription;
  /** Process id of the emulator; PostgreSQL keeps its own in its data directories. */
  readonly emulatorPid: number;
  stop(): Promise<void>;
}

/** Starts the primary, the standby and the emulated S3 and Secrets Manager. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const [pair, emulator] = await both(
    startReplicaPair({ ...options, sample: sampleDatabase(options.scale) }),
    startAwsEmulator(options)
  );
  const stop = async () => {
    await emulator.stop();
    await pair.stop();
  };
  try {
    await fillAwsEmulator(emulator.endpoint, pair);
  } catch (error) {
    await stop();
    throw error;
  }
  const { primary, standby, database, admin, owner, reader, caFile, unknownCaFile } = pair;
  const aws = { endpoint: emulator.endpoint, region: REGION, secretId: SECRET_ID, bucket: DATA_BUCKET };
  return {
    description: { primary, standby, database, admin, owner, reader, caFile, unknownCaFile, aws },
    emulatorPid: emulator.pid,
    stop
  };
}

/** What a gateway, a kernel or a script must find in its environment to use the stack. */
export function environmentFor(stack: StackDescription): Record<string, string> {
  return {
    ...EMULATOR_KEYS,
    AWS_ENDPOINT_URL: stack.aws.endpoint,
    JUPYTERLAB_REPLICA_SECRET_ID: stack.aws.secretId,
    JUPYTERLAB_REPLICA_DATA_BUCKET: stack.aws.bucket,
    PGSSLROOTCERT: stack.caFile
  };
}

/** As above, for what the gateway remembers of its user: in `stateDir`, and empty as the emulated S3 is. */
export function freshUserState(stateDir: string): Record<string, string> {
  const directory = path.join(stateDir, 'user');
  rmSync(directory, { recursive: true, force: true });
  return { JUPYTERLAB_REPLICA_AUDIT_FILE: path.join(directory, 'audit.jsonl') };
}

interface Stoppable {
  stop(): Promise<void>;
}

/** Both or none: what did start is ended when the other fails. */
async function both<A extends Stoppable, B extends Stoppable>(
  first: Promise<A>,
  second: Promise<B>
): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === 'fulfilled' && b.status === 'fulfilled') {
    return [a.value, b.value];
  }
  await Promise.all([a, b].map(part => (part.status === 'fulfilled' ? part.value.stop() : undefined)));
  throw a.status === 'rejected' ? a.reason : (b as PromiseRejectedResult).reason;
}
