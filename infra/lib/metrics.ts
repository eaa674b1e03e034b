import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_NAMESPACE } from './names';

const PERIOD = Duration.minutes(5);

/** Published by the auto-stop program of the instance: SageMaker itself publishes none. */
export function notebookMetrics(notebookName: string) {
  const metric = (metricName: string, statistic: string) =>
    new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { NotebookInstanceName: notebookName },
      statistic,
      period: PERIOD
    });
  return {
    cpuPercent: metric('CPUUtilization', 'Average'),
    memoryPercent: metric('MemoryUtilization', 'Average'),
    diskPercent: metric('DiskUtilization', 'Maximum'),
    idleMinutes: metric('IdleMinutes', 'Maximum'),
    runningMinutes: metric('RunningMinutes', 'Maximum')
  };
}

/** Of one Aurora instance, or of all readers of a cluster. */
export function databaseMetrics(dimensionsMap: Readonly<Record<string, string>>) {
  const metric = (metricName: string, statistic: string) =>
    new cloudwatch.Metric({
      namespace: 'AWS/RDS',
      metricName,
      dimensionsMap,
      statistic,
      period: PERIOD
    });
  return {
    cpuPercent: metric('CPUUtilization', 'Average'),
    connections: metric('DatabaseConnections', 'Maximum'),
    readLatencySeconds: metric('ReadLatency', 'Average'),
    readBytesPerSecond: metric('ReadThroughput', 'Average'),
    networkBytesPerSecond: metric('NetworkTransmitThroughput', 'Average'),
    lagMs: metric('AuroraReplicaLag', 'Maximum')
  };
}

export function bucketMetrics(bucketName: string, filterId: string) {
  const metric = (metricName: string, statistic: string) =>
    new cloudwatch.Metric({
      namespace: 'AWS/S3',
      metricName,
      dimensionsMap: { BucketName: bucketName, FilterId: filterId },
      statistic,
      period: PERIOD
    });
  return {
    requests: metric('AllRequests', 'Sum'),
    errors: metric('4xxErrors', 'Sum'),
    bytesIn: metric('BytesUploaded', 'Sum'),
    bytesOut: metric('BytesDownloaded', 'Sum')
  };
}
