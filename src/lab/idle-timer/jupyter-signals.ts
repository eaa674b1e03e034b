import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { jupyterUse, type JupyterUse } from '../../contract/jupyter';

export interface JupyterSignals extends JupyterUse {
  /** The server's clock, by its Date header; null when it sent none. */
  readonly serverMs: number | null;
}

/** What Jupyter's own API says about use. Asking leaves no trace in its activity. */
export async function readJupyterSignals(settings: ServerConnection.ISettings): Promise<JupyterSignals> {
  const [kernels, sessions, terminals] = await Promise.all([
    ask('kernels', settings),
    ask('sessions', settings),
    ask('terminals', settings)
  ]);
  const use = jupyterUse({ kernels: kernels.json, sessions: sessions.json, terminals: terminals.json });
  return { ...use, serverMs: kernels.serverMs };
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
