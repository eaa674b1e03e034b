import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { listProcesses, type Process } from '../../src/auto-stop/processes';
import { cpuCounters, cpuPercent, jobsOf, programsOf } from '../../src/auto-stop/user-programs';

const BOOTED_MS = Date.UTC(2026, 10, 22, 9, 0, 0);

const running = (changes: Partial<Process>): Process => ({
  ...{ pid: 20, parentPid: 10, uid: 1000, state: 'S', session: 10, tty: 34_816 },
  ...{ cpuTicks: 0, startTicks: 6_000, command: ['sleep'] },
  ...changes
});
const shell = running({ pid: 10, parentPid: 1, command: ['-bash'] });

const jobs = (...programs: readonly Process[]) => jobsOf(programs, BOOTED_MS).map(({ command }) => command);

describe('what runs in a terminal', () => {
  it.each([
    ['a script', ['python', 'train.py', '--password=secret'], 'python train.py'],
    ['a module', ['/usr/bin/python3', '-m', 'pip', 'install', 'x'], 'python3 -m pip'],
    ['a script by its path', ['/bin/bash', '/home/ec2-user/jobs/nightly.sh', 'secret'], 'bash nightly.sh'],
    ['a command line', ['bash', '-c', 'sleep 600; curl -u me:secret host'], 'bash'],
    ['a program with options', ['aws', 's3', 'cp'], 'aws']
  ])('is named by its program alone: %s', (_what, command, name) => {
    expect(jobs(shell, running({ command }))).toEqual([name]);
  });

  it.each([[['bash']], [['-zsh']], [['/bin/sh', '-i']], [['bash', '--norc']]])(
    'is not a shell that waits: %j',
    command => {
      expect(jobs(running({ command, pid: 10, parentPid: 1 }))).toEqual([]);
    }
  );

  it.each(['Z', 'T', 't', 'X'])('is not what has ended or was stopped by its user (state %s)', state => {
    expect(jobs(shell, running({ state }))).toEqual([]);
  });

  it('is not what has no terminal', () => {
    expect(jobs(running({ tty: 0 }))).toEqual([]);
  });

  it('is counted once with all that it started', () => {
    const make = running({ pid: 20, command: ['make'] });
    const compiler = running({ pid: 21, parentPid: 20, command: ['cc'] });
    expect(jobs(shell, make, compiler)).toEqual(['make']);
  });

  it('is not lost in a shell within a shell', () => {
    const inner = running({ pid: 20, command: ['bash'] });
    expect(jobs(shell, inner, running({ pid: 21, parentPid: 20 }))).toEqual(['sleep']);
  });

  it('tells when it began', () => {
    expect(jobsOf([running({ startTicks: 6_000 })], BOOTED_MS)[0]?.startedAt).toBe(
      '2026-11-22T09:01:00.000Z'
    );
  });
});

describe('the processor time of the user’s programs', () => {
  it('leaves out Jupyter, gateways and other users', () => {
    const gateway = ['/opt/node', '/opt/x/jupyterlab_replica/gateway_bundle/main.js'];
    const all = [
      running({ pid: 1, command: ['jupyter-lab'] }),
      running({ pid: 2, command: gateway }),
      running({ pid: 3, uid: 0 }),
      running({ pid: 4 })
    ];
    expect(programsOf(all, 1000, [1]).map(({ pid }) => pid)).toEqual([4]);
  });

  it('is per cent of one processor since the check before', () => {
    const before = cpuCounters([running({ pid: 1, cpuTicks: 100 }), running({ pid: 2, cpuTicks: 50 })]);
    const after = cpuCounters([running({ pid: 1, cpuTicks: 6_100 }), running({ pid: 2, cpuTicks: 3_050 })]);
    expect(cpuPercent(before, after, 60_000)).toBe(150);
  });

  it('counts what began in between from its start, and a number given again as another program', () => {
    const before = cpuCounters([running({ pid: 1, startTicks: 10, cpuTicks: 9_000 })]);
    const after = cpuCounters([running({ pid: 1, startTicks: 99, cpuTicks: 600 })]);
    expect(cpuPercent(before, after, 60_000)).toBe(10);
  });

  it('is not known when no time has passed', () => {
    expect(cpuPercent({}, cpuCounters([running({ cpuTicks: 5 })]), 0)).toBeNull();
  });

  it('is read from /proc as it is, with a name that tries to deceive', async () => {
    const burn = 'exec -a "x) R 1 (y" timeout 5 sh -c "while :; do :; done"';
    const child = spawn('bash', ['-c', burn], { detached: true, stdio: 'ignore' });
    try {
      const own = async () =>
        (await listProcesses()).filter(({ pid, session }) => pid === child.pid || session === child.pid);
      const started = Date.now();
      await new Promise(resolve => setTimeout(resolve, 300));
      const before = cpuCounters(await own());
      await new Promise(resolve => setTimeout(resolve, 1_500));
      const after = await own();
      const percent = cpuPercent(before, cpuCounters(after), Date.now() - started - 300);
      expect(percent).toBeGreaterThan(15);
      expect(percent).toBeLessThan(130);
      expect(after.find(({ pid }) => pid === child.pid)).toMatchObject({
        parentPid: process.pid,
        uid: process.getuid?.(),
        session: child.pid,
        tty: 0
      });
    } finally {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await once(child, 'exit');
    }
  });
});
