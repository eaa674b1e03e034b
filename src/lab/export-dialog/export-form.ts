import { Dialog, showDialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { type ExportPlan } from '../../contract/storage';
import { EXPORT_KINDS, type ExportKind, keyFor, planText, proposedPartitions } from './destination';
import { type ExportTarget, problemWith, targetOf } from './export-target';

interface ExportQuestion {
  readonly name: string;
  readonly sql: string;
  readonly target: ExportTarget;
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

class ExportForm extends Widget implements Dialog.IBodyWidget<ExportTarget> {
  private readonly bucket: HTMLInputElement;
  private readonly key: HTMLInputElement;
  private readonly kind = document.createElement('select');
  private readonly partitions: HTMLInputElement;
  private readonly partitionRow: HTMLElement;
  private readonly plan = document.createElement('p');
  private looking = new AbortController();
  private pause: number | undefined;

  constructor(
    { name, sql, target }: ExportQuestion,
    problem: string | null,
    private readonly help: ExportHelp
  ) {
    super();
    this.addClass('jp-ReplicaExport');
    this.bucket = input('jp-ReplicaExport-bucket', target.bucket);
    this.key = input('jp-ReplicaExport-key', target.key);
    this.partitions = input('jp-ReplicaExport-partitions', target.partitions ?? '');
    this.partitions.placeholder = 'none, or created_at:month, status';
    this.kind.className = 'jp-ReplicaExport-kind jp-mod-styled';
    this.kind.append(...EXPORT_KINDS.map(([value, label]) => new Option(label, value)));
    this.kind.value = target.kind ?? 'object';
    const from = document.createElement('p');
    from.textContent = `All rows of the statement in “${name}”.`;
    const statement = document.createElement('pre');
    statement.textContent = sql;
    statement.tabIndex = 0;
    this.partitionRow = labelled('Partitions', this.partitions);
    this.plan.className = 'jp-ReplicaExport-plan';
    this.plan.setAttribute('role', 'status');
    this.node.append(
      from,
      statement,
      labelled('Bucket', this.bucket),
      labelled('Key', this.key),
      labelled('As', this.kind),
      this.partitionRow,
      this.plan
    );
    if (problem) {
      const alert = document.createElement('p');
      alert.className = 'jp-ReplicaExport-problem';
      alert.setAttribute('role', 'alert');
      alert.textContent = problem;
      this.node.append(alert);
    }
    this.showKind();
    this.kind.addEventListener('change', () => {
      this.key.value = keyFor(this.chosen, this.key.value);
      this.showKind();
      this.look(0);
    });
    [this.bucket, this.key].forEach(field => field.addEventListener('input', () => this.look(PAUSE_MS)));
    void help.buckets().then(names => complete(this.bucket, names), ignore);
    this.look(0);
  }

  getValue(): ExportTarget {
    const { bucket, key } = targetOf(this.bucket.value, this.key.value);
    return this.chosen === 'object'
      ? { bucket, key }
      : { bucket, key, kind: this.chosen, partitions: this.partitions.value };
  }

  override dispose(): void {
    window.clearTimeout(this.pause);
    this.looking.abort();
    super.dispose();
  }

  private get chosen(): ExportKind {
    return EXPORT_KINDS.find(([kind]) => kind === this.kind.value)?.[0] ?? 'object';
  }

  private showKind(): void {
    this.partitionRow.hidden = this.chosen === 'object';
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
      this.plan.textContent = 'Asking what it would write…';
      this.help.plan(target, signal).then(
        plan => {
          if (!signal.aborted) {
            this.plan.textContent = planText(plan, this.chosen);
            complete(this.partitions, proposedPartitions(plan));
          }
        },
        () => {
          if (!signal.aborted) {
            this.plan.textContent = 'What it would write is not known.';
          }
        }
      );
      const folder = target.key.slice(0, target.key.lastIndexOf('/') + 1);
      void this.help.prefixes(target.bucket, folder).then(prefixes => complete(this.key, prefixes), ignore);
    }, afterMs);
  }
}

const ignore = () => undefined;

let lists = 0;

/** Offers values below a field, as the browser does. */
function complete(field: HTMLInputElement, values: readonly string[]): void {
  const list = field.list ?? document.createElement('datalist');
  list.replaceChildren(...values.map(value => new Option(value, value)));
  if (!field.list) {
    list.id = `jp-ReplicaExport-list-${++lists}`;
    field.after(list);
    field.setAttribute('list', list.id);
  }
}

function input(className: string, value: string): HTMLInputElement {
  const node = document.createElement('input');
  node.className = `${className} jp-mod-styled`;
  node.value = value;
  node.spellcheck = false;
  return node;
}

function labelled(text: string, field: HTMLElement): HTMLElement {
  const label = document.createElement('label');
  label.append(text, field);
  return label;
}
