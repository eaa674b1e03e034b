import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  CreateNotebookInstanceCommand,
  DescribeNotebookInstanceCommand,
  SageMakerClient
} from '@aws-sdk/client-sagemaker';
import { ServerConnection } from '@jupyterlab/services';
import { OwnedProcess } from '../../demo/owned-process';
import { freePort } from '../../demo/free-port';
import { type World } from '../../src/auto-stop/check';
import { readConfig } from '../../src/auto-stop/config';
import { linuxHost } from '../../src/auto-stop/host';
import { NotebookInstance } from '../../src/auto-stop/instance';
import { CheckLog } from '../../src/auto-stop/log';
import { AutoStopMemory } from '../../src/auto-stop/memory';
import { listProcesses, type Process } from '../../src/auto-stop/processes';
import { testStack } from '../support/stack';

const bin = path.join(__dirname, '../../.venv/bin');
const TOKEN = 'a-token-for-tests';

/** A real Jupyter server with terminals, and the file by which the auto-stop program finds it. */
export class TestJupyter {
  private constructor(
    readonly base: string,
    readonly directory: string,
    private readonly server: OwnedProcess,
    private readonly isSecure: boolean
  ) {}

  /** With a certificate it speaks https and asks for no token, as on a notebook instance. */
  static async start(tls?: { readonly certificate: string; readonly key: string }): Promise<TestJupyter> {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'jupyter-'));
    const port = await freePort();
    const config = {
      IdentityProvider: { token: tls ? '' : TOKEN },
      ServerApp: {
        ...{ ip: '127.0.0.1', port, port_retries: 0, open_browser: false, allow_root: true },
        ...{
          root_dir: directory,
          base_url: '/base/',
          jpserver_extensions: { jupyter_server_terminals: true }
        },
        ...(tls ? writeCertificate(directory, tls) : {}),
        terminado_settings: { shell_command: ['/bin/bash', '--norc'] }
      }
    };
    const file = path.join(directory, 'jupyter_server_config.json');
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    const server = OwnedProcess.start({
      name: 'Jupyter',
      command: path.join(bin, 'jupyter-server'),
      args: [`--config=${file}`],
      cwd: directory,
      env: {
        ...process.env,
        PATH: `${bin}${path.delimiter}${process.env['PATH']}`,
        JUPYTER_CONFIG_DIR: directory,
        JUPYTER_RUNTIME_DIR: path.join(directory, 'runtime'),
        JUPYTER_DATA_DIR: path.join(directory, 'data'),
        IPYTHONDIR: path.join(directory, 'ipython')
      },
      logFile: path.join(directory, 'jupyter.log')
    });
    const jupyter = new TestJupyter(`127.0.0.1:${port}/base`, directory, server, tls !== undefined);
    await server.ready(
      () =>
        jupyter.api('GET', 'status').then(
          () => true,
          () => false
        ),
      60_000
    );
    return jupyter;
  }

  get runtimeDirectory(): string {
    return path.join(this.directory, 'runtime');
  }

  get pid(): number {
    return this.server.pid;
  }

  /** Its kernels and terminals and what these started, as the process table has them. */
  async processes(): Promise<readonly Process[]> {
    const all = await listProcesses();
    const own = new Set([this.pid]);
    for (let size = 0; size !== own.size;) {
      size = own.size;
      all.filter(({ parentPid }) => own.has(parentPid)).forEach(({ pid }) => own.add(pid));
    }
    return all.filter(({ pid }) => own.has(pid));
  }

  async api(method: string, what: string, body?: unknown): Promise<unknown> {
    const request = (this.isSecure ? https : http).request(
      `http${this.isSecure ? 's' : ''}://${this.base}/api/${what}?no_track_activity=1`,
      { method, headers: { authorization: `token ${TOKEN}` }, rejectUnauthorized: false }
    );
    request.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    const text = (await buffer(response)).toString();
    const status = response.statusCode ?? 0;
    if (status >= 300) {
      throw new Error(`${method} ${what}: ${status}`);
    }
    return status === 204 ? null : JSON.parse(text);
  }

  socket(what: string): Promise<WebSocket> {
    // Node 20 has none of its own; that of Lab's services is for Node too.
    const { WebSocket: Socket } = ServerConnection.makeSettings();
    const socket = new Socket(`ws://${this.base}/${what}?token=${TOKEN}`);
    return new Promise((resolve, reject) => {
      socket.addEventListener('open', () => resolve(socket), { once: true });
      socket.addEventListener('error', () => reject(new Error(`no socket for ${what}`)), { once: true });
    });
  }

  async stop(): Promise<void> {
    await this.server.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function writeCertificate(
  directory: string,
  { certificate, key }: { certificate: string; key: string }
): object {
  const [certfile, keyfile] = [path.join(directory, 'server.crt'), path.join(directory, 'server.key')];
  writeFileSync(certfile, certificate);
  writeFileSync(keyfile, key, { mode: 0o600 });
  // Without a token a server asks those who write for a cookie.
  return { certfile, keyfile, disable_check_xsrf: true };
}

/** A notebook instance in the emulator, and a world in which its auto-stop program runs by a clock of the test's. */
export class TestInstance {
  readonly directory = mkdtempSync(path.join(os.tmpdir(), 'auto-stop-'));
  readonly name = path.basename(this.directory).toLowerCase();
  /** Minutes that the clock of the test is ahead, and with it the machine's uptime. */
  minutesLater = 0;
  pauses: number[] = [];
  readonly world: World;
  private readonly sageMaker = new SageMakerClient({
    endpoint: testStack().aws.endpoint,
    region: testStack().aws.region,
    credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' }
  });
  private readonly createdAtMs = Date.now();

  constructor(
    surroundings: {
      readonly runtimeDirectory: string;
      readonly socketPath: string;
      readonly processes: () => Promise<readonly Process[]>;
    },
    environment: NodeJS.ProcessEnv = {}
  ) {
    const aheadMs = () => 60_000 * this.minutesLater;
    const pause = async (ms: number) => void this.pauses.push(ms);
    this.world = {
      config: readConfig({
        JUPYTERLAB_REPLICA_STOPPER: 'sagemaker',
        JUPYTERLAB_REPLICA_AUTO_STOP_DIR: this.directory,
        JUPYTER_RUNTIME_DIR: surroundings.runtimeDirectory,
        JUPYTERLAB_REPLICA_SOCKET: surroundings.socketPath,
        ...environment
      }),
      host: {
        ...linuxHost(),
        uptimeMs: async () => Date.now() - this.createdAtMs + aheadMs(),
        processes: surroundings.processes
      },
      files: new AutoStopMemory(this.directory),
      log: new CheckLog(this.directory),
      now: () => Date.now() + aheadMs(),
      pause,
      instance: async () => new NotebookInstance(this.sageMaker, this.name, pause),
      putMetrics: async () => undefined
    };
  }

  async create(): Promise<void> {
    await this.sageMaker.send(
      new CreateNotebookInstanceCommand({
        NotebookInstanceName: this.name,
        InstanceType: 'ml.t3.medium',
        RoleArn: 'arn:aws:iam::123456789012:role/notebook'
      })
    );
  }

  async status(): Promise<string | undefined> {
    const described = await this.sageMaker.send(
      new DescribeNotebookInstanceCommand({ NotebookInstanceName: this.name })
    );
    return described.NotebookInstanceStatus;
  }

  remove(): void {
    this.sageMaker.destroy();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
