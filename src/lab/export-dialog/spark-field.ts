import { type ExportPlan } from '../../contract/storage';
import { type ExportTarget, type SparkMachines } from './export-target';
import { radios } from './form-fields';

/** From which forecast on Spark is proposed, and on how many machines. */
export interface SparkProposal {
  readonly aboveBytes: number;
  readonly aboveMs: number;
  readonly instances: number;
}

export const SPARK_PROPOSAL: SparkProposal = { aboveBytes: 20e9, aboveMs: 30 * 60_000, instances: 2 };

/** Where an export runs: on this machine, or on Spark where the gateway has it and the export is one that Spark can do. */
export class SparkField {
  readonly node = document.createElement('div');
  private choice: ReturnType<typeof radios<'here' | 'spark'>> | null = null;
  private machines: SparkMachines | null = null;

  constructor(
    private readonly proposal: SparkProposal,
    /** What was chosen before; undefined leaves it to the forecast. */
    private readonly before: boolean | undefined
  ) {
    this.node.hidden = true;
  }

  /** Null runs it here. */
  get value(): SparkMachines | null {
    return !this.node.hidden && this.choice?.chosen() === 'spark' ? this.machines : null;
  }

  /** The first forecast proposes; a later one leaves a person's choice alone. */
  propose({ spark, bytes, durationMs }: ExportPlan): void {
    const type = spark?.instanceTypes[0];
    if (!spark || type === undefined || this.choice) {
      return;
    }
    const { aboveBytes, aboveMs, instances } = this.proposal;
    this.machines = { type, instances: Math.max(1, Math.min(instances, spark.mostInstances)) };
    const isLarge = (bytes ?? 0) > aboveBytes || (durationMs ?? 0) > aboveMs;
    const label = `Spark, ${this.machines.instances} × ${type}`;
    const shapes = [
      ['here', 'this machine'],
      ['spark', isLarge ? `${label} (proposed for its size)` : label]
    ] as const;
    this.choice = radios('Runs on', shapes, (this.before ?? isLarge) ? 'spark' : 'here');
    this.node.append(this.choice.node);
  }

  /** Spark writes new versions in Parquet. */
  showFor({ kind, format }: Pick<ExportTarget, 'kind' | 'format'>): void {
    this.node.hidden = !this.choice || kind !== 'new-version' || format !== 'parquet';
  }
}
