import { type ExportPlan } from '../../contract/storage';
import { type ExportTarget, type SparkPlace } from './export-target';
import { radios, select } from './form-fields';

/** From which forecast on Spark is proposed, and on how many machines. */
export interface SparkProposal {
  readonly aboveBytes: number;
  readonly aboveMs: number;
  readonly instances: number;
}

export const SPARK_PROPOSAL: SparkProposal = { aboveBytes: 20e9, aboveMs: 30 * 60_000, instances: 2 };

type Choice = 'here' | SparkPlace['engine'];

/** Where an export runs: by the gateway, or on Spark where there is one and the export is one that Spark can do. */
export class SparkField {
  readonly node = document.createElement('div');
  private choice: ReturnType<typeof radios<Choice>> | null = null;
  private instances = 1;
  private types: HTMLSelectElement | null = null;

  constructor(
    private readonly proposal: SparkProposal,
    /** What was chosen before; undefined leaves it to the forecast. */
    private readonly before: SparkPlace | null | undefined
  ) {
    this.node.hidden = true;
  }

  /** Null for the gateway itself. */
  get value(): SparkPlace | null {
    const chosen = this.node.hidden ? 'here' : this.choice?.chosen();
    if (chosen === 'local') {
      return { engine: 'local', startedBy: 'gateway' };
    }
    return chosen === 'sagemaker' && this.types
      ? { engine: 'sagemaker', instanceType: this.types.value, instances: this.instances }
      : null;
  }

  /** The first forecast proposes; a later one leaves a person's choice alone. */
  propose({ spark, bytes, durationMs }: ExportPlan): void {
    if (!spark || this.choice) {
      return;
    }
    const { aboveBytes, aboveMs, instances } = this.proposal;
    this.instances = Math.max(1, Math.min(instances, spark.mostInstances));
    const isLarge = (bytes ?? 0) > aboveBytes || (durationMs ?? 0) > aboveMs;
    const places: (readonly [Choice, string])[] = [['here', 'this machine']];
    if (spark.here) {
      places.push(['local', 'Spark on this machine']);
    }
    if (spark.instanceTypes.length > 0) {
      const proposed = isLarge ? ' (proposed for its size)' : '';
      places.push(['sagemaker', `Spark on SageMaker${proposed}, ${this.instances} ×`]);
    }
    const large = spark.instanceTypes.length > 0 ? 'sagemaker' : 'here';
    const before = this.before === undefined ? undefined : (this.before?.engine ?? 'here');
    this.choice = radios('Runs on', places, before ?? (isLarge ? large : 'here'));
    this.offerTypes(spark.instanceTypes);
    this.node.append(this.choice.node);
  }

  /** Spark writes new versions in Parquet. */
  showFor({ kind, format }: Pick<ExportTarget, 'kind' | 'format'>): void {
    this.node.hidden = !this.choice || kind !== 'new-version' || format !== 'parquet';
  }

  private offerTypes(types: readonly string[]): void {
    const [first] = types;
    if (first === undefined) {
      return;
    }
    const before = this.before?.engine === 'sagemaker' ? this.before.instanceType : first;
    const choices = types.map(type => [type, type] as const);
    this.types = select('jp-ReplicaExport-machines', choices, types.includes(before) ? before : first);
    this.types.setAttribute('aria-label', 'Type of the machines');
    const place = this.choice?.node.querySelector<HTMLInputElement>('[value="sagemaker"]');
    place?.parentElement?.after(this.types);
    this.types.addEventListener('change', () => place?.click());
  }
}
