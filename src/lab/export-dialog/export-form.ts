import { Dialog, showDialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { type ExportPlan } from '../../contract/storage';
import { element } from '../relation-details/element';
import { amountText, DATASET_MODES, type ExportKind, existingText, keyFor } from './destination';
import { addressOf, type ExportTarget, problemWith } from './export-target';
import { FILE_CHOICES, type FileChoice } from './file-choice';
import { complete, fact, input, labelled, radios, select } from './form-fields';
import { PartitionField } from './partition-field';
import { SparkField, type SparkProposal } from './spark-field';

interface ExportQuestion {
  readonly name: string;
  readonly sql: string;
  readonly target: ExportTarget;
  /** Null for a statement that Spark cannot run. */
  readonly spark: SparkProposal | null;
}

/** What the form asks while it is filled in. */
interface ExportHelp {
  plan(target: ExportTarget, signal: AbortSignal): Promise<ExportPlan>;
  buckets(): Promise<readonly string[]>;
  prefixes(bucket: string, prefix: string): Promise<readonly string[]>;
}

/** Asks where an export goes until the answer can be one. Null when it was cancelled. */
export async function askForTarget(question: ExportQuestion, help: ExportHelp): Promise<ExportTarget | null> {
  let { target } = question;
  let problem: string | null = null;
  for (;;) {
    const answer = await showDialog({
      title: 'Export to Amazon S3',
      body: new ExportForm({ ...question, target }, problem, help),
      buttons: [Dialog.cancelButton(), Dialog.okButton({ label: 'Export' })],
      focusNodeSelector: '.jp-ReplicaExport-key'
    });
    if (!answer.button.accept || !answer.value) {
      return null;
    }
    target = answer.value;
    problem = problemWith(target);
    if (problem === null) {
      return target;
    }
  }
}

/** A key is looked at once its typing has paused. */
const PAUSE_MS = 400;

const SHAPES = [
  ['dataset', 'dataset'],
  ['object', 'single file']
] as const;

class ExportForm extends Widget implements Dialog.IBodyWidget<ExportTarget> {
  private readonly bucket: HTMLInputElement;
  private readonly key: HTMLInputElement;
  private readonly shape: ReturnType<typeof radios<'dataset' | 'object'>>;
  private readonly mode: HTMLSelectElement;
  private readonly modeRow: HTMLElement;
  private readonly format: HTMLSelectElement;
  private readonly partitions: PartitionField;
  private readonly spark: SparkField | null;
  private readonly amount = element('span', 'jp-ReplicaExport-amount');
  private readonly encryption = element('span', 'jp-ReplicaExport-encryption', '…');
  private readonly existing = element('p', 'jp-ReplicaExport-existing');
  private looking = new AbortController();
  private pause: number | undefined;

  constructor(
    { name, sql, target, spark }: ExportQuestion,
    problem: string | null,
    private readonly help: ExportHelp
  ) {
    super();
    this.addClass('jp-ReplicaExport');
    this.bucket = input('jp-ReplicaExport-bucket', target.bucket);
    this.key = input('jp-ReplicaExport-key', target.key);
    this.shape = radios('As', SHAPES, target.kind === 'object' ? 'object' : 'dataset');
    this.mode = select(
      'jp-ReplicaExport-mode',
      DATASET_MODES,
      target.kind === 'object' ? 'new-version' : target.kind
    );
    this.modeRow = labelled('Becomes', this.mode);
    this.format = select('jp-ReplicaExport-format', FILE_CHOICES, target.format);
    this.partitions = new PartitionField(target.partitions);
    this.spark = spark && new SparkField(spark, target.spark);
    this.node.append(
      ...this.source(name, sql),
      labelled('Bucket', this.bucket),
      labelled('Key', this.key),
      this.shape.node,
      this.modeRow,
      labelled('Format', this.format),
      this.partitions.node,
      ...(this.spark ? [this.spark.node] : []),
      fact('Encryption', this.encryption),
      fact('Writes', this.amount),
      this.existing,
      ...(problem ? [alert(problem)] : [])
    );
    [this.amount, this.existing].forEach(node => node.setAttribute('role', 'status'));
    this.showKind();
    this.listen();
    void help.buckets().then(names => complete(this.bucket, names), ignore);
    this.look(0);
  }

  getValue(): ExportTarget {
    return {
      ...addressOf(this.bucket.value, this.key.value),
      kind: this.kind,
      format: this.choice,
      partitions: this.kind === 'object' ? '' : this.partitions.value,
      spark: this.spark?.value ?? null
    };
  }

  override dispose(): void {
    window.clearTimeout(this.pause);
    this.looking.abort();
    super.dispose();
  }

  private source(name: string, sql: string): readonly HTMLElement[] {
    const statement = element('pre', '', sql);
    statement.tabIndex = 0;
    statement.setAttribute('aria-label', 'The statement');
    return [element('p', '', `All rows of the statement in “${name}”.`), statement];
  }

  private listen(): void {
    const changed = () => {
      this.key.value = keyFor(this.kind, this.choice, this.key.value);
      this.showKind();
      this.look(0);
    };
    [this.shape.node, this.mode, this.format].forEach(node => node.addEventListener('change', changed));
    [this.bucket, this.key].forEach(field => field.addEventListener('input', () => this.look(PAUSE_MS)));
  }

  private get kind(): ExportKind {
    const mode = DATASET_MODES.find(([one]) => one === this.mode.value)?.[0] ?? 'new-version';
    return this.shape.chosen() === 'object' ? 'object' : mode;
  }

  private get choice(): FileChoice {
    return FILE_CHOICES.find(([one]) => one === this.format.value)?.[0] ?? 'parquet';
  }

  private showKind(): void {
    const isObject = this.kind === 'object';
    this.modeRow.hidden = isObject;
    this.partitions.node.hidden = isObject;
    this.spark?.showFor({ kind: this.kind, format: this.choice });
  }

  /** Asks what the export would do, and what stands below the prefix. */
  private look(afterMs: number): void {
    window.clearTimeout(this.pause);
    this.looking.abort();
    this.looking = new AbortController();
    const { signal } = this.looking;
    this.pause = window.setTimeout(() => {
      const target = this.getValue();
      if (target.bucket === '' || target.key === '') {
        return;
      }
      this.amount.textContent = 'Asking…';
      this.help.plan(target, signal).then(
        plan => !signal.aborted && this.showPlan(plan),
        () => !signal.aborted && this.showPlan(null)
      );
      const folder = target.key.slice(0, target.key.lastIndexOf('/') + 1);
      void this.help.prefixes(target.bucket, folder).then(prefixes => complete(this.key, prefixes), ignore);
    }, afterMs);
  }

  /** Null where the gateway could not tell. */
  private showPlan(plan: ExportPlan | null): void {
    this.amount.textContent = plan ? amountText(plan, this.kind, this.choice) : 'How much is not known.';
    this.amount.title = plan?.notes.join('\n') ?? '';
    this.encryption.textContent = plan?.encryption ?? 'bucket default, which this role may not look at';
    this.existing.textContent = plan ? existingText(plan, this.kind) : '';
    if (plan) {
      this.partitions.propose(plan);
      this.spark?.propose(plan);
      this.showKind();
    }
  }
}

const ignore = () => undefined;

function alert(problem: string): HTMLElement {
  const made = element('p', 'jp-ReplicaExport-problem', problem);
  made.setAttribute('role', 'alert');
  return made;
}
