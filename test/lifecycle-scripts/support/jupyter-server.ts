import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../demo/free-port';
import type { NotebookInstance } from './notebook-instance';

export const SYSTEM_PYTHON = '/home/ec2-user/anaconda3/envs/JupyterSystemEnv/bin/python';
const DROP_IN = '/etc/systemd/system/jupyter-server.service.d/jupyterlab-replica.conf';
const TOKEN = 'trial';

/** The environment that the unit's drop-in gives the Jupyter server. */
export function unitEnvironment(instance: NotebookInstance): Record<string, string> {
  const lines = instance.read(DROP_IN).split('\n');
  const file = valueOf(lines, 'EnvironmentFile');
  const settings = [...instance.read(file).split('\n'), valueOf(lines, 'Environment')];
  return Object.fromEntries(
    settings
      .filter(setting => setting.includes('='))
      .map(setting => [setting.split('=', 1)[0], setting.slice(setting.indexOf('=') + 1)])
  );
}

/** Starts JupyterLab as the instance's unit does, and hands over a function that asks it. */
export async function withJupyterServer(
  instance: NotebookInstance,
  act: (get: (route: string) => Promise<Response>) => Promise<void>
): Promise<void> {
  const port = await freePort();
  const server = instance.start(
    [
      ...[SYSTEM_PYTHON, '-m', 'jupyterlab', '--no-browser', '--ip=127.0.0.1', `--port=${port}`],
      ...[
        '--ServerApp.port_retries=0',
        `--IdentityProvider.token=${TOKEN}`,
        '--ServerApp.root_dir=/home/ec2-user/SageMaker'
      ]
    ],
    { user: 'ec2-user', env: unitEnvironment(instance) }
  );
  const ended = new Promise(resolve => server.once('close', resolve));
  let log = '';
  server.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  server.stdout.resume();
  const get = (route: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/${route}`, { headers: { Authorization: `token ${TOKEN}` } });
  try {
    await until(
      async () => (await get('api/status').catch(() => undefined))?.ok === true,
      () => log
    );
    await act(get);
  } finally {
    server.kill();
    await ended;
  }
}

/** Asks again and again until it is so; what `tell` gives is in the error when that takes longer than 40 s. */
export async function until(probe: () => Promise<boolean> | boolean, tell: () => string): Promise<void> {
  const deadline = performance.now() + 40_000;
  while (!(await probe())) {
    if (performance.now() > deadline) {
      throw new Error(`It did not come to be so within 40 s:\n${tell()}`);
    }
    await sleep(100);
  }
}

function valueOf(lines: readonly string[], name: string): string {
  return lines.find(line => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}
