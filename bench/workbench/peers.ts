import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { number, record, text } from '../../src/contract/parse';
import { LARGE_CATALOG } from '../../test/support/large-catalog';
import type { Figure, Scene } from './scene';

const SCHEMA = 'area_001';
const TABLE = 'order_status_9';

const parseFigure = record({ case: text, metric: text, value: number, unit: text });

/** Others that browse a catalog inside notebooks, over the same one; each tells what it did not do. */
export async function* peerFigures(scene: Scene): AsyncGenerator<Figure> {
  const { stack, rounds, schemas, signal } = scene;
  const python = path.join(scene.pythonEnvironment, 'bin', 'python');
  const program = spawn(python, [path.join(__dirname, 'peers.py'), SCHEMA, TABLE, String(rounds)], {
    signal,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOME: scene.stateDir,
      PYTHONPATH: scene.peerPackages,
      PGHOST: stack.standby.host,
      PGPORT: String(stack.standby.port),
      PGDATABASE: LARGE_CATALOG,
      PGUSER: stack.reader.user,
      PGPASSWORD: stack.reader.password,
      PGSSLMODE: 'verify-full',
      PGSSLROOTCERT: stack.caFile
    }
  });
  const ended = once(program, 'close');
  const printed = await textOf(program.stdout);
  await ended;
  for (const line of printed.split('\n').filter(line => line.startsWith('{'))) {
    yield { table: `${schemas * 100} tables`, ...parseFigure(JSON.parse(line)) };
  }
}
