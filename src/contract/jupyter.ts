import { count, list, nullable, optional, record, text } from './parse';

/** What Jupyter's own API says about use, in the shape that the idle policy takes. Times are as Jupyter writes them. */
export interface JupyterUse {
  readonly kernels: readonly {
    readonly name: string;
    readonly state: string;
    readonly lastActivityAt: string | null;
    readonly connections: number | null;
  }[];
  readonly terminals: readonly { readonly name: string; readonly lastActivityAt: string | null }[];
}

/** The bodies of `api/kernels`, `api/sessions` and `api/terminals`, as they came. */
export interface JupyterReplies {
  readonly kernels: unknown;
  readonly sessions: unknown;
  readonly terminals: unknown;
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

/** Kernels by the file of their session, else by their own name. Throws ContractError for other replies. */
export function jupyterUse({ kernels, sessions, terminals }: JupyterReplies): JupyterUse {
  const paths = new Map(
    parseSessions(sessions, 'sessions').map(({ path, kernel }) => [kernel?.id, path] as const)
  );
  return {
    kernels: parseKernels(kernels, 'kernels').map(kernel => ({
      name: paths.get(kernel.id)?.split('/').at(-1) ?? kernel.name,
      state: kernel.execution_state,
      lastActivityAt: kernel.last_activity,
      connections: kernel.connections
    })),
    terminals: parseTerminals(terminals, 'terminals').map(({ name, last_activity }) => ({
      name,
      lastActivityAt: last_activity
    }))
  };
}
