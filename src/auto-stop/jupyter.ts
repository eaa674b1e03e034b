import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { jupyterUse, type JupyterUse } from '../contract/jupyter';
import { count, flag, optional, record, text, type Parsed } from '../contract/parse';
import { askJson } from './ask-json';
import { Fault, reasonOf } from './fault';
import { readJson } from './json-file';
import { isAlive } from './lock';

/** A Jupyter server of this machine, as it describes itself in its `jpserver-*.json`. */
const parseServer = record({
  pid: count,
  hostname: text,
  port: count,
  base_url: text,
  secure: flag,
  token: optional(text, ''),
  sock: optional(text, '')
});
export type JupyterServer = Parsed<typeof parseServer>;

/** Where Jupyter listens on a notebook instance, should it leave no file that says so. */
const OF_AN_INSTANCE: JupyterServer = {
  ...{ pid: 0, hostname: 'localhost', port: 8443, base_url: '/', secure: true, token: '', sock: '' }
};

/** The servers that run; their files outlive those that were killed. */
export async function runningServers(runtimeDirectory: string): Promise<readonly JupyterServer[]> {
  const names = await readdir(runtimeDirectory).catch(() => []);
  const servers = await Promise.all(
    names
      .filter(name => /^jpserver-\d+\.json$/.test(name))
      .map(name => readJson(path.join(runtimeDirectory, name), parseServer).catch(() => null))
  );
  const running = servers.filter(server => server !== null).filter(({ pid }) => isAlive(pid));
  return running.length > 0 ? running : [OF_AN_INSTANCE];
}

export const nameOf = ({ port, sock }: JupyterServer): string => sock || `port ${port}`;

/** What the server's own API says about use. Asking leaves no trace in its activity. Throws Fault when it does not answer. */
export async function askJupyter(server: JupyterServer): Promise<JupyterUse> {
  try {
    const [kernels, sessions, terminals] = await Promise.all([
      ask(server, 'kernels'),
      ask(server, 'sessions'),
      ask(server, 'terminals')
    ]);
    return jupyterUse({ kernels, sessions, terminals });
  } catch (error) {
    throw new Fault(
      `The Jupyter server at ${nameOf(server)} cannot be asked: ${reasonOf(error)}.`,
      'See whether it runs, as with “systemctl status jupyter-server”, and restart it.',
      error
    );
  }
}

async function ask(server: JupyterServer, what: string): Promise<unknown> {
  const { secure, token, base_url: base } = server;
  const { status, json } = await askJson({
    protocol: secure ? 'https:' : 'http:',
    ...addressOf(server),
    path: `${base.replace(/\/$/, '')}/api/${what}?no_track_activity=1`,
    headers: token ? { authorization: `token ${token}` } : {}
  });
  // A server without terminals has no such route.
  if (status === 404 && what === 'terminals') {
    return [];
  }
  if (status !== 200) {
    throw new Error(`it answered ${status} to api/${what}`);
  }
  return json;
}

function addressOf({ sock, hostname, port }: JupyterServer) {
  if (sock) {
    return { socketPath: sock };
  }
  const isEverywhere = ['', '*', '0.0.0.0', '::', 'localhost'].includes(hostname);
  return { host: isEverywhere ? '127.0.0.1' : hostname, port };
}
