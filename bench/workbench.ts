import { loadavg } from 'node:os';
import path from 'node:path';
import type { Jupyter } from '../demo/jupyter';
import { startJupyter } from '../demo/jupyter';
import { freePort } from '../demo/free-port';
import { environmentFor, freshUserState, startStack } from '../demo/stack';
import { LabPage } from '../test/e2e/lab-page';
import { LARGE_CATALOG, provideLargeCatalog } from '../test/support/large-catalog';
import type { EngineOptions } from './engine';
import type { Measurement } from './measurement';
import { catalogFigures } from './workbench/catalog';
import { firstRowFigures } from './workbench/first-row';
import { gridFigures } from './workbench/grid';
import { peerFigures } from './workbench/peers';
import { treeFigures } from './workbench/tree';
import type { Bench, Figure } from './workbench/scene';

/** Schemas of the catalog at scale 1: 30,000 tables and 500,000 columns. */
const SCHEMAS = 300;

/** What is measured, in this order, on the same page and servers. */
const BENCHES: readonly Bench[] = [catalogFigures, treeFigures, firstRowFigures, gridFigures, peerFigures];

/**
 * The workbench in a real browser over a standby with a large catalog. Needs the built wheel in the Python environment and
 * a browser in CHROMIUM, both of which scripts/bench.mjs provides.
 */
export async function* workbench(options: EngineOptions): AsyncGenerator<Measurement> {
  const stateDir = path.join(options.stateDir, 'workbench');
  const opened: { stop(): Promise<void> }[] = [];
  try {
    const stack = await startStack({ ...options, stateDir: path.join(stateDir, 'stack'), scale: 0.01 });
    opened.push(stack);
    options.log('Making the catalog …');
    const schemas = Math.max(1, Math.round(SCHEMAS * options.scale));
    await provideLargeCatalog(stack.description, { schemas });
    const jupyter = await startLab(options, stateDir, {
      ...environmentFor(stack.description),
      ...freshUserState(stateDir),
      ...largeCatalogEnvironment(stack.description)
    });
    opened.push(jupyter);
    const lab = await LabPage.open({
      url: jupyter.url,
      chromium: process.env['CHROMIUM'] ?? 'chromium',
      screenshots: path.join(stateDir, 'screenshots')
    });
    opened.push({ stop: () => lab.close() });
    const scene = { ...options, lab, jupyter, stack: stack.description, schemas };
    for (const bench of BENCHES) {
      for await (const figure of bench(scene)) {
        options.signal.throwIfAborted();
        yield { bench: 'workbench', ...figure };
      }
    }
    yield { bench: 'workbench', ...load() };
  } finally {
    for (const part of opened.reverse()) {
      await part.stop();
    }
  }
}

function startLab(
  { pythonEnvironment }: EngineOptions,
  stateDir: string,
  environment: Readonly<Record<string, string>>
): Promise<Jupyter> {
  return freePort().then(port =>
    startJupyter({ stateDir, pythonEnvironment, port, environment, sampleNotebooks: '' })
  );
}

/** The local alternative to a secret, which names the database that the demo has not got. */
function largeCatalogEnvironment({
  standby,
  reader,
  caFile
}: {
  readonly standby: { readonly host: string; readonly port: number };
  readonly reader: { readonly user: string; readonly password: string };
  readonly caFile: string;
}): Record<string, string> {
  return {
    JUPYTERLAB_REPLICA_SECRET_ID: '',
    PGHOST: standby.host,
    PGPORT: String(standby.port),
    PGDATABASE: LARGE_CATALOG,
    PGUSER: reader.user,
    PGPASSWORD: reader.password,
    PGSSLROOTCERT: caFile
  };
}

function load(): Figure {
  return { case: 'machine', table: '', metric: 'load', value: Number(loadavg()[0]!.toFixed(2)), unit: '' };
}
