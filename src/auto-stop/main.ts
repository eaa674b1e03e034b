import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { check, type World } from './check';
import { type Config, readConfig } from './config';
import { doctor, findingInWords } from './doctor';
import { entryInWords } from './entry';
import { Fault, reasonOf } from './fault';
import { linuxHost } from './host';
import { NotebookInstance, readMetadata, regionOf } from './instance';
import { alone } from './lock';
import { CheckLog } from './log';
import { AutoStopMemory } from './memory';
import { putMetrics } from './metrics';
import { status } from './status';

const HELP = `auto-stop check|status|doctor [OPTIONS]

Stops this notebook instance when nobody has used it for so long. A timer runs a check every minute.

  check             look, judge, write a line to the log, and stop the instance when its time is up
    --dry-run       stop nothing and write nothing; say what would be done
  status            what the status bar in JupyterLab says
  doctor            what must be right for auto-stop to work, and how to mend what is not
  --json            print JSON
`;

/** Returns the exit code: 0 well, 1 something is wrong, 2 wrong options. */
async function main(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false }
    }
  });
  const [command, ...more] = positionals;
  const print = (words: readonly string[], json: unknown) =>
    process.stdout.write(`${values.json ? JSON.stringify(json) : words.join('\n')}\n`);
  if (values.help || command === undefined || more.length > 0) {
    process.stdout.write(HELP);
    return values.help ? 0 : 2;
  }
  const world = openWorld(readConfig(environment));
  switch (command) {
    case 'check': {
      const entry = values['dry-run']
        ? await check(world, true)
        : await alone(world.files.lockFile, () => check(world, false));
      print([entry ? entryInWords(entry) : 'Another check runs.'], entry);
      return entry?.outcome === 'failed' ? 1 : 0;
    }
    case 'status': {
      const lines = await status(world);
      print(lines, lines);
      return 0;
    }
    case 'doctor': {
      const findings = await doctor(world);
      print(findings.map(findingInWords), findings);
      return findings.every(({ isRight }) => isRight) ? 0 : 1;
    }
    default:
      process.stderr.write(`There is no command ${command}.\n\n${HELP}`);
      return 2;
  }
}

function openWorld(config: Config): World {
  const { directory, metadataFile, metricsNamespace } = config;
  // A subnet without the endpoints drops packets; a check must not wait for them for long.
  const reach = { maxAttempts: 2, requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000 } };
  const pause = (ms: number) => sleep(ms);
  const here = async () => {
    const metadata = await readMetadata(metadataFile);
    return { name: metadata.ResourceName, region: regionOf(metadata) ?? undefined };
  };
  return {
    ...{ config, pause, host: linuxHost(), now: Date.now },
    files: new AutoStopMemory(directory),
    log: new CheckLog(directory),
    instance: async () => {
      const { name, region } = await here();
      return new NotebookInstance(new SageMakerClient({ ...reach, region }), name, pause);
    },
    putMetrics: async (look, verdict) => {
      if (metricsNamespace) {
        const { name, region } = await here();
        await putMetrics(new CloudWatchClient({ ...reach, region }), metricsNamespace, name, look, verdict);
      }
    }
  };
}

main(process.argv.slice(2), process.env).then(
  code => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${reasonOf(error)} ${error instanceof Fault ? error.fix : ''}\n`);
    process.exitCode = error instanceof Error && 'code' in error ? 2 : 1;
  }
);
