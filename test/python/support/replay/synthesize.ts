/** Writes the template of one environment, with what the emulator has already: synthesize.ts ENVIRONMENT OUTDIR < JSON */
import { json } from 'node:stream/consumers';
import { configurationOf } from '../../../../infra/config/environments';
import { addStack, judgedApp } from '../../../../infra/lib/app';
import { LIFECYCLE_SCRIPTS } from '../../../../infra/lib/project-files';
import type { Configuration } from '../../../../infra/lib/configuration';

async function main(): Promise<void> {
  const [environment = '', outdir = ''] = process.argv.slice(2);
  const there = (await json(process.stdin)) as Partial<Configuration>;
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

void main();
