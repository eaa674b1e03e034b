import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { buildGateway } from '../../scripts/build-gateway.mjs';
import { SOCKET_VARIABLE } from '../../src/contract/routes';
import { testEnvironment } from './stack';

/** As python/jupyterlab_replica/gateway.py starts it. */
const NODE_FLAGS = ['--max-semi-space-size=1'];
const MALLOC_VARIABLES = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: String(2 ** 20) };

export interface Reply {
  readonly status: number;
  readonly body: Buffer;
  json(): unknown;
}

/** A gateway as it is shipped: the built bundle in a process of its own, spoken to over its Unix socket. */
export class GatewayProcess {
  log = '';

  private constructor(
    private readonly child: ChildProcess,
    readonly socketPath: string,
    private readonly directory: string
  ) {
    child.stderr?.on('data', (chunk: Buffer) => (this.log += chunk.toString()));
  }

  static async start(environment: Record<string, string> = {}): Promise<GatewayProcess> {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'gateway-'));
    await buildGateway(path.join(directory, 'bundle'));
    const socketPath = path.join(directory, 'run', 'gateway.sock');
    const child = spawn(process.execPath, [...NODE_FLAGS, path.join(directory, 'bundle/main.js')], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...MALLOC_VARIABLES,
        PATH: process.env['PATH'] ?? '',
        HOME: directory,
        ...testEnvironment(),
        [SOCKET_VARIABLE]: socketPath,
        ...environment
      }
    });
    const gateway = new GatewayProcess(child, socketPath, directory);
    await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error(`The gateway did not start: ${gateway.log}`)))
    ]);
    return gateway;
  }

  get exited(): Promise<unknown> {
    const { exitCode, signalCode } = this.child;
    return exitCode === null && signalCode === null ? once(this.child, 'exit') : Promise.resolve();
  }

  request(method: string, route: string, body?: unknown): http.ClientRequest {
    const request = http.request({ socketPath: this.socketPath, method, path: `/${route}`, agent: false });
    request.end(body === undefined ? undefined : JSON.stringify(body));
    return request;
  }

  async send(method: string, route: string, body?: unknown): Promise<Reply> {
    const [response] = (await once(this.request(method, route, body), 'response')) as [http.IncomingMessage];
    const bytes = await buffer(response);
    return {
      status: response.statusCode ?? 0,
      body: bytes,
      json: () => JSON.parse(bytes.toString()) as unknown
    };
  }

  /** Closes our ends of its standard streams, as the death of its parent does. */
  orphan(): void {
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
    this.child.stdin?.end();
  }

  /** The end that leaves no time for anything. */
  async kill(): Promise<void> {
    const { exited } = this;
    this.child.kill('SIGKILL');
    await exited;
    rmSync(this.directory, { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    const { exited } = this;
    this.child.kill('SIGTERM');
    await exited;
    rmSync(this.directory, { recursive: true, force: true });
  }
}
