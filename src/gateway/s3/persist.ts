import type { S3Client } from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import { awsFailure, readAwsError, type AwsError } from '../aws-failure';

/** The SDK itself has tried each of them several times within seconds; this outlasts a failover or a renewed session. */
const PAUSES_MS = [500, 2_000, 8_000];

/**
 * Does `work` again after failures that pass: throttling, errors of S3's own, a lost network, and an identity that has
 * ended or cannot be had for a moment, which is read anew. Throws the last failure, or the reason of `signal`.
 */
export async function persisting<T>(
  client: S3Client,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  pausesMs: readonly number[] = PAUSES_MS
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await work(signal);
    } catch (error) {
      signal.throwIfAborted();
      const pauseMs = pausesMs[attempt];
      if (pauseMs === undefined || !(await mayPass(client, error))) {
        throw error;
      }
      await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

/** Throttling, errors of S3's own and a lost network, after which nobody knows whether the request was done. */
export function isPassing(aws: AwsError): boolean {
  return awsFailure(aws) === 'unreachable' || PASSING.has(aws.status ?? 0);
}

const PASSING: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

async function mayPass(client: S3Client, error: unknown): Promise<boolean> {
  const aws = readAwsError(error);
  switch (awsFailure(aws)) {
    case 'identity-refused':
    case 'no-identity':
      // What the environment, a file or the instance's role gives now may be newer than what the client holds.
      await client.config.credentials({ forceRefresh: true }).catch(() => undefined);
      return true;
    default:
      return isPassing(aws);
  }
}
