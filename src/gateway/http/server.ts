import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';

/** Serves on a Unix socket that only its owner can open. */
export async function listen(
  socketPath: string,
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>
): Promise<Server> {
  await mkdir(path.dirname(socketPath), { recursive: true, mode: 0o700 });
  await rm(socketPath, { force: true });
  const server = createServer((request, response) => void answer(request, response));
  // A result can take longer to come than any time limit; the statement has its own.
  server.requestTimeout = 0;
  const before = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socketPath, resolve);
    });
  } finally {
    process.umask(before);
  }
  await chmod(socketPath, 0o600);
  return server;
}
