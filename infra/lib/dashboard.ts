import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { REQUEST_METRICS_ID } from './data-bucket';
import { bucketMetrics, databaseMetrics, notebookMetrics } from './metrics';
import type { Names } from './names';

const HALF_WIDTH = 12;

/** One page: the notebook, the database, the bucket. */
export class Dashboard extends Construct {
  constructor(
    scope: Construct,
    id: string,
    names: Names,
    { databaseDimensions }: { databaseDimensions: Readonly<Record<string, string>> }
  ) {
    super(scope, id);
    const notebook = notebookMetrics(names.notebook);
    const database = databaseMetrics(databaseDimensions);
    const bucket = bucketMetrics(names.bucket, REQUEST_METRICS_ID);
    new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: names.dashboard,
      defaultInterval: Duration.days(1),
      widgets: [
        [
          graph('Notebook: CPU, memory and disk', [
            notebook.cpuPercent,
            notebook.memoryPercent,
            notebook.diskPercent
          ]),
          graph('Notebook: idle and running', [notebook.idleMinutes, notebook.runningMinutes])
        ],
        [
          graph('Database: connections', [database.connections], [database.cpuPercent]),
          graph('Database: replica lag and read latency', [database.lagMs], [database.readLatencySeconds])
        ],
        [
          graph('Database: throughput', [database.readBytesPerSecond, database.networkBytesPerSecond]),
          graph('Bucket: requests', [bucket.requests, bucket.errors])
        ],
        [graph('Bucket: bytes', [bucket.bytesIn, bucket.bytesOut])]
      ]
    });
  }
}

function graph(title: string, left: cloudwatch.IMetric[], right: cloudwatch.IMetric[] = []) {
  return new cloudwatch.GraphWidget({ title, left, right, width: HALF_WIDTH });
}
