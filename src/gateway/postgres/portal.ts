import type { Connection } from 'pg';
import type { Parameter } from '../../contract/query';
import type { WireFormat } from '../columns/type-map';
import { ExecuteStatement } from './statement';

/**
 * The user's described statement, executed a limited number of rows at a time in one transaction. Between two fetches
 * the server waits for its client, so that a conflict with replay ends the connection and not the replay. Each fetch ends
 * in a Sync, which stops the clock of statement_timeout; the transaction keeps the portal open.
 */
export class Portal {
  private bound = false;
  private more = false;

  constructor(
    private readonly parameters: readonly Parameter[],
    readonly formats: readonly WireFormat[]
  ) {}

  /** True when the last fetch was ended by its row limit. */
  get suspended(): boolean {
    return this.more;
  }

  /** The next fetch; it opens the portal when it is the first. */
  next(rows: number, cancel: () => void): ExecuteStatement {
    const binding = this.bound ? null : { parameters: this.parameters, formats: this.formats };
    this.bound = true;
    this.more = false;
    return new Fetch(binding, rows, cancel, () => (this.more = true));
  }
}

class Fetch extends ExecuteStatement {
  constructor(
    private readonly binding: {
      readonly parameters: readonly Parameter[];
      readonly formats: readonly WireFormat[];
    } | null,
    private readonly rowLimit: number,
    cancel: () => void,
    private readonly onSuspended: () => void
  ) {
    super('user', binding?.parameters ?? [], binding?.formats ?? [], cancel);
  }

  override submit(connection: Connection): void {
    if (this.binding) {
      this.bind(connection);
    }
    connection.execute({ portal: '', rows: String(this.rowLimit) }, true);
    connection.sync();
  }

  override handlePortalSuspended(): void {
    this.onSuspended();
  }
}
