import type { Spool } from '../../../src/gateway/results/spool';
import { type StoredPlace, StoredResult } from '../../../src/gateway/views/stored-result';
import type { Engine } from '../../support/engine';

/** The rows of a statement, as a view thread opens them. */
export async function storedResult(engine: Engine, sql: string): Promise<StoredResult> {
  return new StoredResult(placeOf(await spoolOf(engine, sql)));
}

export async function spoolOf(engine: Engine, sql: string): Promise<Spool> {
  const result = engine.start(sql);
  await result.until();
  expect(result.status().error).toBeNull();
  return result.spool!;
}

function placeOf(spool: Spool): StoredPlace {
  return { path: spool.path, schemaMessage: spool.schemaMessage, batches: spool.batches };
}
