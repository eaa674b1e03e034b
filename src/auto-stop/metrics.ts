import { type CloudWatchClient, PutMetricDataCommand, type StandardUnit } from '@aws-sdk/client-cloudwatch';
import { type IdleVerdict } from '../idle/policy';
import { type Look } from './look';

/** Sends a check's figures, each with the instance's name as its dimension. A notebook instance sends none by itself. */
export async function putMetrics(
  client: CloudWatchClient,
  namespace: string,
  instanceName: string,
  look: Look,
  verdict: IdleVerdict
): Promise<void> {
  const { signals, meters, machineCpuPercent, uptimeMs } = look;
  const idleMs = Math.max(0, signals.nowMs - verdict.idleSinceMs);
  const figures: readonly (readonly [string, StandardUnit, number | null])[] = [
    ['IdleMinutes', 'None', Math.floor(idleMs / 60_000)],
    ['RunningMinutes', 'None', Math.floor(uptimeMs / 60_000)],
    ['CPUUtilization', 'Percent', machineCpuPercent],
    ['MemoryUtilization', 'Percent', meters.memoryPercent],
    ['DiskUtilization', 'Percent', meters.diskPercent]
  ];
  await client.send(
    new PutMetricDataCommand({
      Namespace: namespace,
      MetricData: figures.flatMap(([MetricName, Unit, Value]) =>
        Value === null
          ? []
          : {
              ...{ MetricName, Unit, Value },
              Timestamp: new Date(signals.nowMs),
              Dimensions: [{ Name: 'NotebookInstanceName', Value: instanceName }]
            }
      )
    })
  );
}
