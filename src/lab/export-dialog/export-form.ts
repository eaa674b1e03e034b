import { Dialog, showDialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { type ExportTarget, problemWith, targetOf } from './export-target';

interface ExportQuestion {
  readonly name: string;
  readonly sql: string;
  readonly target: ExportTarget;
}

/** Asks where an export goes until the answer can be one. Null when it was cancelled. */
export async function askForTarget(question: ExportQuestion): Promise<ExportTarget | null> {
  let { target } = question;
  let problem: string | null = null;
  for (;;) {
    const answer = await showDialog({
      title: 'Export to Amazon S3',
      body: new ExportForm({ ...question, target }, problem),
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

class ExportForm extends Widget implements Dialog.IBodyWidget<ExportTarget> {
  private readonly bucket: HTMLInputElement;
  private readonly key: HTMLInputElement;

  constructor({ name, sql, target }: ExportQuestion, problem: string | null) {
    super();
    this.addClass('jp-ReplicaExport');
    this.bucket = input('jp-ReplicaExport-bucket', target.bucket);
    this.key = input('jp-ReplicaExport-key', target.key);
    const from = document.createElement('p');
    from.textContent = `All rows of the statement in “${name}”, as one Parquet object.`;
    const statement = document.createElement('pre');
    statement.textContent = sql;
    statement.tabIndex = 0;
    this.node.append(from, statement, labelled('Bucket', this.bucket), labelled('Key', this.key));
    if (problem) {
      const alert = document.createElement('p');
      alert.className = 'jp-ReplicaExport-problem';
      alert.setAttribute('role', 'alert');
      alert.textContent = problem;
      this.node.append(alert);
    }
  }

  getValue(): ExportTarget {
    return targetOf(this.bucket.value, this.key.value);
  }
}

function input(className: string, value: string): HTMLInputElement {
  const node = document.createElement('input');
  node.className = `${className} jp-mod-styled`;
  node.value = value;
  node.spellcheck = false;
  return node;
}

function labelled(text: string, field: HTMLInputElement): HTMLElement {
  const label = document.createElement('label');
  label.append(text, field);
  return label;
}
