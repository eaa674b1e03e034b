import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { type ServerConnection } from '@jupyterlab/services';
import { type World } from '../../src/auto-stop/check';
import { readConfig } from '../../src/auto-stop/config';
import { linuxHost } from '../../src/auto-stop/host';
import { CheckLog } from '../../src/auto-stop/log';
import { AutoStopMemory } from '../../src/auto-stop/memory';
import { type Process, TICK_MS } from '../../src/auto-stop/processes';
import { type Activity, parseActivity } from '../../src/contract/activity';
import { type KeepAwake } from '../../src/contract/auto-stop';
import { count, list, number, record, text } from '../../src/contract/parse';
import { AutoStopFiles } from '../../src/gateway/auto-stop-files';
import { ContractServer, type Exchange, sendJson } from '../support/contract-server';

const parseRecording = record({
  about: text,
  at: text,
  jupyter: record({ kernels: asIs, sessions: asIs, terminals: asIs }),
  gateway: parseActivity,
  serverPid: count,
  processes: list(
    record({
      ...{ pid: count, parentPid: count, session: number, tty: number, uid: count },
      ...{ state: text, cpuTicks: count, startTicks: count, command: list(text) }
    })
  )
});

function asIs(value: unknown): unknown {
  return value;
}

const directory = path.join(__dirname, '../fixtures/idle');

/** What a real Jupyter server, a real gateway and /proc answered at one moment. */
export const readRecording = (name: string) =>
  parseRecording(JSON.parse(readFileSync(path.join(directory, `${name}.json`), 'utf8')));
export type Recording = ReturnType<typeof readRecording>;

/** Gives the recorded answers again, over HTTP and over a Unix socket, at any time of the test's clock. */
export class RecordedInstance {
  readonly directory = mkdtempSync(path.join(os.tmpdir(), 'recorded-'));
  /** Since the recording, by the machine's own time. */
  minutesLater = 0;
  /** What somebody has added to the clock. */
  clockErrorMinutes = 0;
  /** Of one processor, by a program that began with the recording. */
  cpuPercent = 0;
  isJupyterSilent = false;
  isGatewaySilent = false;
  bootId = 'the first start';
  readonly world: World;
  private readonly gateway = http.createServer((_request, response) => void this.answerGateway(response));

  private constructor(
    public recording: Recording,
    private readonly jupyter: ContractServer,
    environment: NodeJS.ProcessEnv
  ) {
    const runtimeDirectory = path.join(this.directory, 'runtime');
    mkdirSync(runtimeDirectory);
    const { port } = new URL(jupyter.settings.baseUrl);
    const server = { hostname: '127.0.0.1', port: Number(port), base_url: '/', secure: false };
    writeFileSync(
      path.join(runtimeDirectory, `jpserver-${process.pid}.json`),
      JSON.stringify({ ...server, pid: process.pid })
    );
    this.world = {
      config: readConfig({
        JUPYTERLAB_REPLICA_AUTO_STOP_DIR: this.directory,
        JUPYTER_RUNTIME_DIR: runtimeDirectory,
        JUPYTERLAB_REPLICA_SOCKET: path.join(this.directory, 'gateway.sock'),
        ...environment
      }),
      host: {
        ...linuxHost(),
        uid: recording.processes[0]?.uid ?? 0,
        bootId: async () => this.bootId,
        uptimeMs: async () => this.uptimeMs,
        processes: async () => this.processes()
      },
      files: new AutoStopMemory(this.directory),
      log: new CheckLog(this.directory),
      now: () => this.now,
      pause: async () => undefined,
      instance: () => Promise.reject(new Error('Nothing is stopped in a recording.')),
      putMetrics: async () => undefined
    };
  }

  static async start(recording: Recording, environment: NodeJS.ProcessEnv = {}): Promise<RecordedInstance> {
    const answer = (exchange: Exchange) => void instance.answerJupyter(exchange);
    const instance = new RecordedInstance(recording, await ContractServer.start(answer), environment);
    instance.gateway.listen(path.join(instance.directory, 'gateway.sock'));
    await once(instance.gateway, 'listening');
    return instance;
  }

  get now(): number {
    return Date.parse(this.recording.at) + 60_000 * (this.minutesLater + this.clockErrorMinutes);
  }

  /** For Lab, which reaches the gateway through its server. */
  get settings(): ServerConnection.ISettings {
    return this.jupyter.settings;
  }

  /** What the stopper, or the page, has asked Jupyter for. */
  get questions(): readonly Exchange[] {
    return this.jupyter.requests;
  }

  wish(wish: KeepAwake): void {
    mkdirSync(path.join(this.directory, 'auto-stop'), { recursive: true });
    writeFileSync(path.join(this.directory, 'auto-stop/keep-awake.json'), JSON.stringify(wish));
  }

  async stop(): Promise<void> {
    this.gateway.closeAllConnections();
    this.gateway.close();
    await this.jupyter.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private get uptimeMs(): number {
    const { at, gateway } = this.recording;
    return Date.parse(at) - Date.parse(gateway.bootedAt) + 60_000 * this.minutesLater;
  }

  private processes(): readonly Process[] {
    const { processes, serverPid } = this.recording;
    const here = (pid: number) => (pid === serverPid ? process.pid : pid);
    const burnt = (60_000 * this.minutesLater * this.cpuPercent) / 100 / TICK_MS;
    const burner = {
      ...{ pid: 99_999, parentPid: 1, session: 99_999, tty: 0, state: 'R' },
      command: ['burn']
    };
    return [
      ...processes.map(found => ({ ...found, pid: here(found.pid), parentPid: here(found.parentPid) })),
      { ...burner, uid: processes[0]?.uid ?? 0, startTicks: 1, cpuTicks: Math.round(burnt) }
    ];
  }

  private async answerJupyter({ path: asked, response }: Exchange): Promise<void> {
    response.setHeader('Date', new Date(this.now).toUTCString());
    if (asked === 'jupyterlab-replica/v1/activity') {
      await this.answerGateway(response);
      return;
    }
    const { kernels, sessions, terminals } = this.recording.jupyter;
    const answers: Record<string, unknown> = {
      'api/kernels': kernels,
      'api/sessions': sessions,
      'api/terminals': terminals
    };
    if (this.isJupyterSilent || !(asked in answers)) {
      response.writeHead(503).end();
      return;
    }
    sendJson(response, answers[asked]);
  }

  /** With what the stopper has left, as the gateway hands it on. */
  private async answerGateway(response: http.ServerResponse): Promise<void> {
    if (this.isGatewaySilent) {
      response.writeHead(503).end();
      return;
    }
    const files = new AutoStopFiles(this.directory);
    const activity: Activity = {
      ...this.recording.gateway,
      bootedAt: new Date(this.now - this.uptimeMs).toISOString(),
      machine: await files.machine(),
      keepAwake: await files.keepAwake()
    };
    sendJson(response, activity);
  }
}
