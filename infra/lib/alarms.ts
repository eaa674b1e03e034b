import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { AlarmSettings } from './configuration';
import { databaseMetrics, notebookMetrics } from './metrics';
import type { Names } from './names';

const MS_PER_SECOND = 1000;
const MINUTES_PER_HOUR = 60;

/** Periods of five minutes that must be high, so that one burst wakes nobody. */
const LASTING = 3;
const AT_ONCE = 1;

interface Watch {
  readonly id: string;
  readonly metric: cloudwatch.Metric;
  readonly above: number;
  readonly periods: number;
  readonly description: string;
}

/** Alarms for what is there: the database's and the notebook's are made apart. */
export class Alarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly settings: AlarmSettings,
    private readonly names: Names,
    private readonly topic: sns.ITopic
  ) {
    super(scope, id);
  }

  watchReplica(identifier: string): void {
    const { cpuPercent, connections, lagMs } = databaseMetrics({ DBInstanceIdentifier: identifier });
    const { replicaCpuPercent, replicaConnections, replicaLagSeconds } = this.settings;
    this.watch([
      {
        id: 'replica-cpu',
        metric: cpuPercent,
        above: replicaCpuPercent,
        periods: LASTING,
        description: `The replica's CPU is above ${replicaCpuPercent} %`
      },
      {
        id: 'replica-connections',
        metric: connections,
        above: replicaConnections,
        periods: LASTING,
        description: `The replica has more than ${replicaConnections} connections`
      },
      {
        id: 'replica-lag',
        metric: lagMs,
        above: replicaLagSeconds * MS_PER_SECOND,
        periods: LASTING,
        description: `The replica is more than ${replicaLagSeconds} s behind`
      }
    ]);
  }

  watchNotebook(): void {
    const { cpuPercent, diskPercent, runningMinutes } = notebookMetrics(this.names.notebook);
    const { notebookCpuPercent, notebookDiskPercent, notebookRunningHours } = this.settings;
    this.watch([
      {
        id: 'notebook-cpu',
        metric: cpuPercent,
        above: notebookCpuPercent,
        periods: LASTING,
        description: `The notebook's CPU is above ${notebookCpuPercent} %`
      },
      {
        id: 'notebook-disk',
        metric: diskPercent,
        above: notebookDiskPercent,
        periods: AT_ONCE,
        description: `The notebook's volume is more than ${notebookDiskPercent} % full`
      },
      {
        id: 'notebook-running',
        metric: runningMinutes,
        above: notebookRunningHours * MINUTES_PER_HOUR,
        periods: AT_ONCE,
        description: `The notebook has been running for more than ${notebookRunningHours} h`
      }
    ]);
  }

  private watch(watches: readonly Watch[]): void {
    for (const { id, metric, above, periods, description } of watches) {
      const alarm = new cloudwatch.Alarm(this, id, {
        alarmName: `${this.names.stack}-${id}`,
        alarmDescription: description,
        metric,
        threshold: above,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: periods,
        // A stopped notebook publishes nothing, and that is well.
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING
      });
      alarm.addAlarmAction(new SnsAction(this.topic));
      alarm.addOkAction(new SnsAction(this.topic));
    }
  }
}
