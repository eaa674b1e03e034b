// What stands behind the pipe in the tests of the pipe: starts and stops as the gateway does.
import { once } from 'node:events';
import http from 'node:http';

let abandoned = 0;

const ROUTES = {
  async '/echo'(request, response) {
    let body = '';
    for await (const chunk of request) {
      body += chunk;
    }
    response.writeHead(200, { 'Content-Type': 'application/json', 'X-Far-End': 'yes' });
    response.end(
      JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body })
    );
  },
  async '/bytes'(request, response, url) {
    const megabyte = Buffer.alloc(2 ** 20, 7);
    response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
    for (let sent = 0; sent < Number(url.searchParams.get('mb')) && !response.destroyed; sent++) {
      if (!response.write(megabyte)) {
        await Promise.race([once(response, 'drain'), once(response, 'close')]);
      }
    }
    response.end();
  },
  async '/events'(request, response) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('event: status\ndata: {}\n\n');
    await once(response, 'close');
    abandoned++;
  },
  '/abandoned': (request, response) => response.end(String(abandoned)),
  '/nothing': (request, response) => response.writeHead(204).end(),
  '/refused': (request, response) => {
    response.writeHead(409, { 'Content-Type': 'application/json' });
    response.end('{"error":{"code":"object-exists"}}');
  },
  '/silent': () => undefined
};

const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://far-end');
  ROUTES[url.pathname](request, response, url);
});
server.listen(process.env.JUPYTERLAB_REPLICA_SOCKET, () => process.stdout.write('ready\n'));
process.stdin.on('end', () => process.exit(0)).resume();
process.on('SIGTERM', () => process.exit(0));
