import type { ProfileInfo } from '../contract/connection';
import type { QueryRequest } from '../contract/query';
import type { ColumnIndex } from './catalog/column-index';
import type { ProfileConfig } from './config';
import { GatewayError } from './gateway-error';
import type { Pool } from './postgres/pool';
import type { Queries } from './query';
import type { ColumnFacts } from './result-columns';
import type { Result } from './results/result';

/** One replica, with connections of its own. What is known of types and tables is known of it alone. */
export interface Profile {
  readonly config: ProfileConfig;
  readonly pool: Pool;
  /** A sidebar must not wait for long statements, nor they for it. */
  readonly catalogPool: Pool;
  readonly facts: ColumnFacts;
  readonly columnIndex: ColumnIndex;
  readonly queries: Pick<Queries, 'start'>;
}

/** The replicas that queries can go to, each opened when it is first used. */
export class Profiles {
  private readonly opened = new Map<string, Profile>();

  constructor(
    private readonly configs: readonly ProfileConfig[],
    private readonly open: (config: ProfileConfig) => Profile
  ) {}

  /** The profile of that name, or the first one for null. Throws GatewayError `not-found`. */
  get(name: string | null): Profile {
    const config = name === null ? this.configs[0] : this.configs.find(known => known.name === name);
    if (!config) {
      throw new GatewayError('not-found', `There is no connection profile "${name}".`, {
        subject: name,
        action: `Choose one of ${this.configs.map(known => known.name).join(', ')}.`
      });
    }
    const profile = this.opened.get(config.name) ?? this.open(config);
    this.opened.set(config.name, profile);
    return profile;
  }

  /** In the order of the configuration; the first is used where none is named. */
  list(): readonly ProfileInfo[] {
    return this.configs.map(({ name, production }) => ({ name, production }));
  }

  /** Starts a query on the replica that it names. Throws GatewayError `not-found` where there is none such. */
  start(request: QueryRequest): Result {
    const { config, queries } = this.get(request.profile);
    return queries.start({ ...request, profile: config.name });
  }

  close(): void {
    for (const { pool, catalogPool } of this.opened.values()) {
      pool.close();
      catalogPool.close();
    }
  }
}
