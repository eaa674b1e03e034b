import { connect } from '../../demo/postgres-server';
import { relations, schemas as schemaRows } from '../../src/gateway/catalog/queries';
import { ROUTES } from '../../src/contract/routes';
import { LARGE_CATALOG } from '../../test/support/large-catalog';
import { median } from '../measurement';
import type { Figure, Scene } from './scene';

const SCOPE = { system: false, sequences: false };

/** How long the catalog takes to open through Jupyter and the gateway, beside its queries alone over a plain connection. */
export async function* catalogFigures(scene: Scene): AsyncGenerator<Figure> {
  const { stack, jupyter, rounds, schemas } = scene;
  const client = await connect(stack.standby, LARGE_CATALOG, stack.reader, stack.caFile);
  const raw: number[] = [];
  const opened: number[] = [];
  let bytes = 0;
  try {
    for (let round = 0; round <= rounds; round++) {
      const queries = await seconds(async () => {
        await client.query({ text: schemaRows(SCOPE), rowMode: 'array' });
        await client.query({ text: relations(SCOPE), rowMode: 'array' });
      });
      const reply = await seconds(async () => {
        bytes = (await (await fetch(catalogUrl(jupyter.url))).arrayBuffer()).byteLength;
      });
      if (round > 0) {
        raw.push(queries);
        opened.push(reply);
      }
    }
  } finally {
    await client.end();
  }
  const ratios = opened.map((value, index) => value / raw[index]!);
  const about = { case: 'catalog', table: `${schemas * 100} tables` };
  yield { ...about, metric: 'open', value: round3(median(opened)), unit: 's' };
  yield { ...about, metric: 'ratio', value: round3(median(ratios)), unit: 'of the queries alone' };
  yield { ...about, metric: 'reply', value: round3(bytes / 2 ** 20), unit: 'MB' };
}

function catalogUrl(lab: string): string {
  const url = new URL(lab);
  url.pathname = `/jupyterlab-replica/${ROUTES.catalog}`;
  return url.href;
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

const round3 = (value: number): number => Number(value.toFixed(3));
