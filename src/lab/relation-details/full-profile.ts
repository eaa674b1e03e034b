import { type QueryStatus, isFinal } from '../../contract/query';
import { profileColumnsSql, profiledColumns } from '../../sql/profile-columns';
import { errorNotice } from '../error-notice';
import { errorBodyOf } from '../gateway-client/failure';
import { exactCount } from '../human-numbers';
import { percent } from '../schema-browser/profile-picture';
import { type IReplicaClient } from '../tokens';
import { button, element, table } from './element';
import { type Facts } from './facts';

/** Rows that a sample is meant to have. */
const SAMPLE_ROWS = 100_000;
const FIGURES = 4;
const HEAD = ['Column', 'Null', 'Distinct', 'Lowest', 'Highest'];

type Client = Pick<IReplicaClient, 'startQuery' | 'follow' | 'rows' | 'cancelQuery' | 'releaseQuery'>;

/** A profile that reads the table: only when asked for, as a query like others, which can be stopped. */
export class FullProfile {
  readonly node = element('div', 'jp-Replica-detailsFull');
  /** Of what runs; null before the gateway has named it. */
  #queryId: string | null = null;
  #isStopped = false;

  constructor(
    private readonly client: Client,
    private readonly facts: Facts
  ) {
    this.showChoice();
  }

  /** Stops what runs. Idempotent. */
  stop(): void {
    this.#isStopped = true;
    const queryId = this.#queryId;
    this.#queryId = null;
    if (queryId) {
      void this.client.cancelQuery(queryId).catch(() => undefined);
    }
  }

  private showChoice(after: Node | null = null): void {
    const percentOfPages = this.samplePercent;
    const choice = element('div', 'jp-Replica-detailsButtons');
    if (percentOfPages !== null) {
      choice.append(button(`Profile a sample (${percentOfPages} %)`, () => void this.run(percentOfPages)));
    }
    choice.append(button('Profile exactly', () => void this.run(null)));
    choice.append(
      element('span', 'jp-Replica-detailsDim', 'These read the table; what stands above does not.')
    );
    this.node.replaceChildren(choice, ...(after ? [after] : []));
  }

  /** Null where a sample would be the whole, or cannot be drawn. */
  private get samplePercent(): number | null {
    const { relation } = this.facts;
    const isStored =
      relation.kind === 'table' ||
      relation.kind === 'materialized-view' ||
      relation.kind === 'partitioned-table';
    const rows = relation.rowEstimate ?? 0;
    return isStored && rows > 2 * SAMPLE_ROWS
      ? Number(Math.max(0.01, (100 * SAMPLE_ROWS) / rows).toPrecision(2))
      : null;
  }

  private async run(samplePercent: number | null): Promise<void> {
    const { name, columns } = this.facts;
    this.#isStopped = false;
    const sql = profileColumnsSql({ ...name, columns, samplePercent });
    this.node.replaceChildren(
      element('p', '', samplePercent === null ? 'Reading the table…' : 'Reading a sample…'),
      button('Stop', () => this.stop())
    );
    try {
      const origin = { kind: 'panel' as const, label: `profile of ${name.relation}` };
      const started = await this.client.startQuery({ sql, origin });
      this.#queryId = started.queryId;
      if (this.#isStopped) this.stop();
      const status = await this.finished(started);
      if (status.state === 'cancelled') {
        this.showChoice(element('p', '', 'Stopped.'));
      } else if (status.error) {
        this.showChoice(errorNotice(status.error));
      } else {
        this.showChoice(await this.result(started.queryId, samplePercent));
      }
      await this.client.releaseQuery(started.queryId);
    } catch (error) {
      this.showChoice(errorNotice(errorBodyOf(error)));
    } finally {
      this.#queryId = null;
    }
  }

  private async finished(started: QueryStatus): Promise<QueryStatus> {
    if (isFinal(started)) {
      return started;
    }
    let last = started;
    for await (const status of this.client.follow(started.queryId)) {
      last = status;
    }
    return last;
  }

  private async result(queryId: string, samplePercent: number | null): Promise<Node> {
    const page = await this.client.rows(queryId, 0, 1);
    const cells = page.schema.fields.map((_, index) => page.getChildAt(index)?.get(0) as unknown);
    const rows = Number(cells[0] ?? 0);
    const lines = profiledColumns(this.facts.columns).map(({ name }, index) => {
      const [filled, distinct, lowest, highest] = cells.slice(1 + index * FIGURES, 1 + (index + 1) * FIGURES);
      return [
        element('bdi', '', name),
        rows > 0 ? percent((rows - Number(filled)) / rows) : '',
        distinct === null || distinct === undefined ? '' : exactCount(Number(distinct)),
        cut(lowest),
        cut(highest)
      ];
    });
    const what = samplePercent === null ? 'all rows' : `a sample of about ${samplePercent} %`;
    const words = element('p', '', `${exactCount(rows)} rows read, ${what}`);
    return element('div', '', words, table('Profile', HEAD, lines));
  }
}

const SHOWN_CHARACTERS = 60;

function cut(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
