import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { count, list, nullable, optional, record, text } from '../../contract/parse';
import { type KernelSignal, type TerminalSignal } from '../../idle/signals';

export interface JupyterSignals {
  readonly kernels: readonly KernelSignal[];
  readonly terminals: readonly TerminalSignal[];
  /** The server's clock, by its Date header; null when it sent none. */
  readonly serverMs: number | null;
}

const maybeText = optional(nullable(text), null);
const parseKernels = list(
  record({
    id: text,
    name: text,
    execution_state: optional(text, 'unknown'),
    last_activity: maybeText,
    connections: optional(nullable(count), null)
  })
);
const parseSessions = list(record({ path: text, kernel: nullable(record({ id: text })) }));
const parseTerminals = list(record({ name: text, last_activity: maybeText }));

/** What Jupyter's own API says about use. Asking leaves no trace in its activity. */
export async function readJupyterSignals(settings: ServerConnection.ISettings): Promise<JupyterSignals> {
  const [kernels, sessions, terminals] = await Promise.all([
    ask('kernels', settings),
    ask('sessions', settings),
    ask('terminals', settings)
  ]);
  const paths = new Map(parseSessions(sessions.json).map(({ path, kernel }) => [kernel?.id, path]));
  return {
    kernels: parseKernels(kernels.json).map(kernel => ({
      name: baseName(paths.get(kernel.id)) ?? kernel.name,
      state: kernel.execution_state,
      lastActivityAt: kernel.last_activity,
      connections: kernel.connections
    })),
    terminals: parseTerminals(terminals.json).map(({ name, last_activity }) => ({
      name,
      lastActivityAt: last_activity
    })),
    serverMs: kernels.serverMs
  };
}

async function ask(
  what: string,
  settings: ServerConnection.ISettings
): Promise<{ readonly json: unknown; readonly serverMs: number | null }> {
  const url = `${URLExt.join(settings.baseUrl, 'api', what)}?no_track_activity=1`;
  const response = await ServerConnection.makeRequest(url, {}, settings);
  // A server without terminals has no such route.
  if (response.status === 404) {
    return { json: [], serverMs: null };
  }
  if (!response.ok) {
    throw new ServerConnection.ResponseError(response);
  }
  const date = Date.parse(response.headers.get('Date') ?? '');
  return { json: await response.json(), serverMs: Number.isNaN(date) ? null : date };
}

const baseName = (path: string | undefined): string | undefined => path?.split('/').at(-1);
