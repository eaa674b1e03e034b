import { Widget } from '@lumino/widgets';
import { exactCount, humanDuration } from '../human-numbers';
import { type QueryModel, type RunState } from './query-model';
import { type LoggedRun, noticesOf } from './run-log';

/** Each statement of the last run with its outcome, its time and what the server said beside the rows. */
export class Messages extends Widget {
  private readonly list = document.createElement('ol');
  private said = '';

  constructor(private readonly model: QueryModel) {
    super();
    this.addClass('jp-ReplicaQuery-messages');
    this.title.label = 'Messages';
    this.node.tabIndex = 0;
    this.node.setAttribute('role', 'log');
    this.node.setAttribute('aria-label', 'Messages');
    this.node.append(this.list);
    model.changed.connect(this.refresh, this);
    this.refresh();
  }

  private refresh(): void {
    const { entries, notices } = this.model.log;
    this.title.label = notices > 0 ? `Messages (${exactCount(notices)})` : 'Messages';
    const told = entries.map(entry => [
      headline(entry.statement.text),
      outcome(entry.state),
      ...noticesOf(entry.state)
    ]);
    // Rows count up many times a second.
    const saying = JSON.stringify(told);
    if (saying !== this.said || entries.length === 0) {
      this.said = saying;
      this.list.replaceChildren(...(entries.length > 0 ? entries.map(listItem) : [nothing()]));
    }
  }
}

function listItem({ statement, state }: LoggedRun): HTMLElement {
  const node = document.createElement('li');
  node.dataset['state'] = state.kind;
  const sql = element('code', headline(statement.text));
  sql.title = statement.text;
  node.append(sql, element('span', outcome(state)));
  const notices = noticesOf(state);
  if (notices.length > 0) {
    const list = document.createElement('ul');
    list.append(...notices.map(text => element('li', text)));
    node.append(list);
  }
  return node;
}

function outcome(state: RunState): string {
  switch (state.kind) {
    case 'empty':
      return 'stopped before it began';
    case 'starting':
      return 'starting';
    case 'running':
    case 'stopping':
      return state.status.state === 'queued' ? 'waits for a connection' : state.kind;
    case 'done':
      return `${state.status.command ?? 'done'}${state.status.truncated ? ', cut at the row limit' : ''} · ${humanDuration(state.status.elapsedMs)}`;
    case 'cancelled':
      return `stopped after ${humanDuration(state.status.elapsedMs)}`;
    case 'failed':
      return `failed${state.status ? ` after ${humanDuration(state.status.elapsedMs)}` : ''}: ${state.error.message}`;
  }
}

/** The first line that says something, as long as a line is. */
function headline(sql: string): string {
  const lines = sql.split('\n').map(line => line.trim());
  const line = lines.find(text => text !== '' && !text.startsWith('--')) ?? lines[0] ?? '';
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

function nothing(): HTMLElement {
  const node = element('li', 'Nothing has run yet. What the server says beside the rows stands here.');
  node.className = 'jp-ReplicaQuery-sentence';
  return node;
}

function element(tag: string, text: string): HTMLElement {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
}
