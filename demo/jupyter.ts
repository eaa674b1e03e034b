import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { OwnedProcess } from './owned-process';

export interface JupyterOptions {
  /** Configuration, data, logs and the notebooks of the demo. */
  readonly stateDir: string;
  readonly pythonEnvironment: string;
  readonly port: number;
  /** What the gateway and the kernels find in their environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Copied into the file browser's root the first time. */
  readonly sampleNotebooks: string;
}

export interface Jupyter {
  /** Opens JupyterLab; holds the token. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** JupyterLab on the loopback address with folders of its own, so that nobody's settings are touched. */
export async function startJupyter(options: JupyterOptions): Promise<Jupyter> {
  const { stateDir, pythonEnvironment, port } = options;
  const token = writeConfiguration(options);
  const notebooks = path.join(stateDir, 'notebooks');
  copyNotebooks(options.sampleNotebooks, notebooks);
  const bin = path.join(pythonEnvironment, 'bin');
  const server = OwnedProcess.start({
    name: 'JupyterLab',
    command: path.join(bin, 'jupyter-lab'),
    args: [],
    cwd: notebooks,
    env: {
      ...process.env,
      ...options.environment,
      PATH: `${bin}${path.delimiter}${process.env['PATH']}`,
      JUPYTERLAB_REPLICA_NODE: process.execPath,
      ...folders(stateDir)
    },
    logFile: path.join(stateDir, 'logs', 'jupyter.log')
  });
  const base = `http://127.0.0.1:${port}`;
  await server.ready(() => responds(`${base}/jupyterlab-replica/v1/health?token=${token}`), 60_000);
  return { url: `${base}/lab?token=${token}`, pid: server.pid, stop: () => server.stop() };
}

function folders(stateDir: string): Record<string, string> {
  const names = {
    JUPYTER_CONFIG_DIR: 'jupyter/config',
    JUPYTER_DATA_DIR: 'jupyter/data',
    JUPYTER_RUNTIME_DIR: 'jupyter/runtime',
    IPYTHONDIR: 'jupyter/ipython'
  };
  return Object.fromEntries(
    Object.entries(names).map(([variable, folder]) => {
      const directory = path.join(stateDir, folder);
      mkdirSync(directory, { recursive: true });
      return [variable, directory];
    })
  );
}

/** In a file, since a token on the command line could be read by every account of the machine. */
function writeConfiguration({ stateDir, port }: JupyterOptions): string {
  const directory = path.join(stateDir, 'jupyter', 'config');
  mkdirSync(directory, { recursive: true });
  const token = tokenIn(path.join(stateDir, 'jupyter', 'token'));
  const configuration = {
    IdentityProvider: { token },
    ServerApp: {
      ip: '127.0.0.1',
      port,
      port_retries: 0,
      open_browser: false,
      root_dir: path.join(stateDir, 'notebooks'),
      allow_root: true
    },
    LabApp: {
      expose_app_in_browser: true,
      extension_manager: 'readonly'
    }
  };
  declineNews(directory);
  const file = path.join(directory, 'jupyter_lab_config.json');
  writeFileSync(file, JSON.stringify(configuration, null, 2), { mode: 0o600 });
  return token;
}

/** JupyterLab would ask at its first start whether it may fetch news. */
function declineNews(directory: string): void {
  const folder = path.join(directory, 'lab', 'user-settings', '@jupyterlab', 'apputils-extension');
  const file = path.join(folder, 'notification.jupyterlab-settings');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, JSON.stringify({ fetchNews: 'false', checkForUpdates: false }));
  }
}

function tokenIn(file: string): string {
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8');
}

function copyNotebooks(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  if (!existsSync(from)) {
    return;
  }
  for (const name of readdirSync(from).filter(entry => !existsSync(path.join(to, entry)))) {
    cpSync(path.join(from, name), path.join(to, name), { recursive: true });
  }
}

async function responds(url: string): Promise<boolean> {
  try {
    const reply = await fetch(url);
    await reply.arrayBuffer();
    return reply.ok;
  } catch {
    return false;
  }
}
