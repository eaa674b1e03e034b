import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, isFree } from '../../demo/free-port';
import { SingleRun } from '../../demo/single-run';

let state: string;

beforeEach(() => {
  state = mkdtempSync(path.join(tmpdir(), 'replica-run-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

/** A process that waits, with a command line to be known by. */
async function waiting(mark: string) {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)', mark], {
    stdio: ['ignore', 'pipe', 'ignore']
  });
  await once(child.stdout, 'data');
  return { pid: child.pid!, child, ended: once(child, 'exit') };
}

function writeRun(pid: number, parts: { pid: number; command: string }[]): void {
  writeFileSync(path.join(state, 'run.json'), JSON.stringify({ pid, parts }));
}

test('a second demo is told of the first', async () => {
  const first = await waiting('demo/main.ts');
  writeRun(first.pid, []);
  await expect(SingleRun.enter(state)).rejects.toThrow(`running already (process ${first.pid})`);
  first.child.kill();
});

test('what a killed demo left running is ended; a stranger with the same number is left alone', async () => {
  const ours = await waiting('moto_server');
  const stranger = await waiting('something else');
  writeRun(2 ** 22, [
    { pid: ours.pid, command: 'moto_server' },
    { pid: stranger.pid, command: 'jupyter-lab' }
  ]);
  const run = await SingleRun.enter(state);
  await ours.ended;
  expect(stranger.child.exitCode).toBeNull();
  expect(stranger.child.signalCode).toBeNull();
  stranger.child.kill();
  run.leave();
});

test('a port that is taken is seen as such', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(isFree(port)).resolves.toBe(false);
  server.close();
  await expect(freePort().then(isFree)).resolves.toBe(true);
});
