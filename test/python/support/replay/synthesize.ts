/**
 * Writes templates of environments, with what the emulator has already. Each line of standard input asks for one:
 * {"environment", "outdir", "there"}; a line of standard output answers when it is written.
 */
import { createInterface } from 'node:readline';
import { configurationOf } from '../../../../infra/config/environments';
import { addStack, judgedApp } from '../../../../infra/lib/app';
import { LIFECYCLE_SCRIPTS } from '../../../../infra/lib/project-files';
import type { Configuration } from '../../../../infra/lib/configuration';

interface Order {
  readonly environment: string;
  readonly outdir: string;
  readonly there: Partial<Configuration>;
}

function write({ environment, outdir, there }: Order): void {
  const planned = configurationOf(environment);
  const app = judgedApp(outdir);
  addStack(app, {
    configuration: {
      ...planned,
      ...there,
      network: { ...planned.network, ...there.network },
      cluster: { ...planned.cluster, ...there.cluster }
    },
    lifecycleScripts: LIFECYCLE_SCRIPTS,
    bundle: 'infra/test/fixtures/bundle.tar',
    bundleDelivery: 'asset'
  });
  app.synth();
}

async function main(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    write(JSON.parse(line) as Order);
    process.stdout.write('written\n');
  }
}

void main();
