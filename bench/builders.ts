import path from 'node:path';
import { startReplicaPair } from '../demo/postgres';
import { tlsOptions } from '../src/gateway/postgres/tls';
import { bundled } from './cases';
import type { EngineOptions } from './engine';
import type { builderCosts } from './engine/builder-costs';
import type { Measurement } from './measurement';
import { benchSample } from './sample';

/**
 * What each builder costs by itself, in nanoseconds a cell. Bundled as the product is: a loader that compiles module by module
 * makes each call from one to the other up to ten times as dear.
 */
export async function* builders(options: EngineOptions): AsyncGenerator<Measurement> {
  const pair = await startReplicaPair({ ...options, sample: benchSample(options.scale) });
  try {
    const program = await bundled(path.join(__dirname, 'engine', 'builder-costs.ts'), options.stateDir);
    const costs = (await import(program)) as { readonly builderCosts: typeof builderCosts };
    const access = {
      credentials: { ...pair.standby, database: pair.database, ...pair.reader },
      tls: tlsOptions({ mode: 'verify-full', caFile: pair.caFile })
    };
    yield* costs.builderCosts(access, options.rounds, options.signal);
  } finally {
    await pair.stop();
  }
}
