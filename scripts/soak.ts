/**
 * npm run soak -- [--queries N] [--clients N]
 *
 * Runs many statements from several clients against a PostgreSQL of its own, stops some at random, ends backends and cuts
 * sockets meanwhile, and checks every answer. The last line is JSON: what became of them, what was left behind, and the
 * memory at a tenth of the way and at the end. Exit code 1 when an answer was wrong or anything was left.
 */
import { parseArgs } from 'node:util';
import { startVersion } from '../test/support/server-versions';
import { soak } from '../test/support/soak';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      queries: { type: 'string', default: '10000' },
      clients: { type: 'string', default: '8' }
    }
  });
  const server = await startVersion(18);
  const admin = await server.connect();
  const report = await soak({
    queries: Number(values.queries),
    clients: Number(values.clients),
    server: server.credentials,
    caFile: server.caFile,
    admin
  });
  await admin.end();
  await server.stop();
  process.stdout.write(`${JSON.stringify(report)}\n`);
  const left = Object.values(report.left).some(count => count > 0);
  return left || report.wrong.length > 0 ? 1 : 0;
}

main().then(
  code => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
);
