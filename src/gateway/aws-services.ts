import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { Glue } from '@aws-sdk/client-glue';
import type { SageMaker } from '@aws-sdk/client-sagemaker';

/**
 * Clients of services that most gateways never ask. Their code is loaded with the first call, which saves others some 11 MB.
 * Credentials and region are those of the environment.
 */
export const awsServices = {
  /** A new one each time, which looks for its credentials anew. */
  glue: async (): Promise<Glue> => new (await import('@aws-sdk/client-glue')).Glue({}),
  sagemaker: once<SageMaker>(async () => new (await import('@aws-sdk/client-sagemaker')).SageMaker({})),
  logs: once<CloudWatchLogs>(
    async () => new (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogs({})
  )
};

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}
