import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A server on the loopback address that gives every request the same answer, as an AWS service would. */
export async function answering(
  status: number,
  body: string,
  headers: Record<string, string> = {}
): Promise<{ endpoint: string; close(): Promise<void> }> {
  const server = createServer((request, reply) => {
    request
      .resume()
      .on('end', () => reply.writeHead(status, headers).end(request.method === 'HEAD' ? '' : body));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise(resolve => server.close(() => resolve()));
    }
  };
}
