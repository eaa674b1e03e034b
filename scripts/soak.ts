/**
 * npm run soak -- [--queries N] [--clients N]
 *
 * Runs many statements from several clients against a PostgreSQL of its own, stops some at random, ends backends and cuts
 * sockets meanwhile, and checks every answer. The last line is JSON: what became of them, what was left behind, how long it
 * took, and how memory grew after the warm-up. Exit code 1 when an answer was wrong, anything was left, or memory grew.
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startVersion } from '../test/support/server-versions';
import { soak } from '../test/support/soak';

/** In MB for each thousand queries: what readings of memory leave unsure over ten thousand. */
const NO_GROWTH = 1;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      queries: { type: 'string', default: '10000' },
      clients: { type: 'string', default: '8' }
    }
  });
  const server = await startVersion(18);
  const admin = await server.connect();
  const started = Date.now();
  const report = await soak({
    queries: Number(values.queries),
    clients: Number(values.clients),
    server: server.credentials,
    caFile: server.caFile,
    admin,
    rssMb
  });
  await admin.end();
  await server.stop();
  const seconds = Math.round((Date.now() - started) / 1000);
  process.stdout.write(`${JSON.stringify({ ...report, seconds })}\n`);
  const left = Object.values(report.left).some(count => count > 0);
  const grew = report.rssMb.growthPer1000 > NO_GROWTH;
  return left || grew || report.wrong.length > 0 ? 1 : 0;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** V8 lets its heap grow before it collects, which would hide what is kept. */
function rssMb(): number {
  collectGarbage();
  return process.memoryUsage().rss / 2 ** 20;
}

main().then(
  code => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
);
