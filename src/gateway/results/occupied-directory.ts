import { mkdtemp, rename } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import path from 'node:path';

const SOCKET = 'in-use';

/** A directory that others can see to be in use. */
export interface OccupiedDirectory {
  readonly directory: string;
  /** Others may have what is left in it. */
  leave(): void;
}

/**
 * Makes a directory `<name><six characters>` in `parent` and listens on a socket in it. The system ends that with the
 * process however it ends, and it is seen from other containers that have the directory too, where a process id says
 * nothing. Where the file system or the length of the path allows no socket, the directory has none.
 */
export async function occupyDirectory(parent: string, name: string): Promise<OccupiedDirectory> {
  const fresh = await mkdtemp(path.join(parent, 'starting-'));
  const server = await listening(path.join(fresh, SOCKET));
  const directory = path.join(parent, name + fresh.slice(-6));
  // Under its own name it is never seen without the socket.
  await rename(fresh, directory);
  return { directory, leave: () => server?.close() };
}

/** Whether a process uses `directory`; null when the directory does not tell. */
export function isOccupied(directory: string): Promise<boolean | null> {
  return new Promise(resolve => {
    const socket = connect(path.join(directory, SOCKET));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(meaningOf(error.code)));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

function meaningOf(code: string | undefined): boolean | null {
  switch (code) {
    case 'ECONNREFUSED':
      return false;
    // A full line of those who ask, or a directory of somebody else.
    case 'EAGAIN':
    case 'EACCES':
    case 'EPERM':
      return true;
    default:
      return null;
  }
}

function listening(socketPath: string): Promise<Server | null> {
  return new Promise(resolve => {
    const server = createServer(socket => socket.destroy());
    server.once('error', () => resolve(null));
    server.listen(socketPath, () => resolve(server.unref()));
  });
}
