import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CloudWatchClient, GetMetricStatisticsCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { EMULATOR_KEYS } from '../../demo/aws-emulator';
import { check } from '../../src/auto-stop/check';
import { doctor } from '../../src/auto-stop/doctor';
import { GatewayProcess } from '../support/gateway-process';
import { testStack } from '../support/stack';
import { AutoStopProgram } from './auto-stop-program';
import { TestInstance, TestJupyter } from './instance-world';

const NAMESPACE = 'ReplicaTest';

let jupyter: TestJupyter;
let gateway: GatewayProcess;
let program: AutoStopProgram;
let instance: TestInstance;
beforeAll(async () => {
  [jupyter, gateway, program] = await Promise.all([
    TestJupyter.start(),
    GatewayProcess.start({ JUPYTERLAB_REPLICA_STOPPER: 'sagemaker' }),
    AutoStopProgram.build()
  ]);
}, 120_000);
afterAll(async () => {
  program.remove();
  await Promise.all([gateway.stop(), jupyter.stop()]);
});
beforeEach(async () => {
  const { socketPath } = gateway;
  const processes = () => jupyter.processes();
  instance = new TestInstance({ runtimeDirectory: jupyter.runtimeDirectory, socketPath, processes });
  await instance.create();
});
afterEach(() => instance.remove());

const inside = (name: string) => path.join(instance.directory, name);

/** The settings of an instance on which everything is right. */
function settings(): Record<string, string> {
  const { region, endpoint } = testStack().aws;
  const ResourceArn = `arn:aws:sagemaker:${region}:123456789012:notebook-instance/${instance.name}`;
  writeFileSync(inside('metadata.json'), JSON.stringify({ ResourceArn, ResourceName: instance.name }));
  return {
    ...EMULATOR_KEYS,
    AWS_ENDPOINT_URL: endpoint,
    JUPYTERLAB_REPLICA_STOPPER: 'sagemaker',
    JUPYTERLAB_REPLICA_AUTO_STOP_DIR: instance.directory,
    JUPYTERLAB_REPLICA_METADATA_FILE: inside('metadata.json'),
    JUPYTERLAB_REPLICA_METRICS_NAMESPACE: NAMESPACE,
    JUPYTERLAB_REPLICA_SOCKET: gateway.socketPath,
    // No stop, however long this machine has been on.
    JUPYTERLAB_REPLICA_IDLE_TIMEOUT_MIN: '10000000',
    JUPYTER_RUNTIME_DIR: jupyter.runtimeDirectory
  };
}

/** A PATH on which the system's scheduler answers so. */
function schedulers(answers: { readonly systemctl: string; readonly crontab: string }): string {
  mkdirSync(inside('bin'));
  Object.entries(answers).forEach(([name, line]) =>
    writeFileSync(inside(`bin/${name}`), `#!/bin/sh\n${line}\n`, { mode: 0o755 })
  );
  return `${inside('bin')}${path.delimiter}${process.env['PATH']}`;
}

const ACTIVE = { systemctl: 'echo active', crontab: 'exit 1' };
const CROND = {
  systemctl: 'echo inactive; exit 3',
  crontab: 'echo "* * * * * /opt/jupyterlab-replica/bin/auto-stop check >/dev/null 2>&1"'
};
const NEITHER = { systemctl: 'exit 3', crontab: 'echo "# * * * * * auto-stop check"' };

describe('check', () => {
  it('writes a line and prints it, with --json the same for programs', async () => {
    const environment = settings();
    const { code, stdout } = await program.run(['check'], environment);
    expect(code).toBe(0);
    expect(readFileSync(inside('auto-stop.log'), 'utf8')).toBe(stdout);
    const json: unknown = JSON.parse((await program.run(['check', '--json'], environment)).stdout);
    expect(json).toMatchObject({
      verdict: expect.stringMatching(/^(counting|held)$/),
      outcome: 'none',
      details: []
    });
    const lines = readFileSync(inside('auto-stop/checks.jsonl'), 'utf8').trim().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual(json);
  });

  it('leaves no trace with --dry-run', async () => {
    const { code } = await program.run(['check', '--dry-run'], settings());
    expect(code).toBe(0);
    expect(existsSync(inside('auto-stop.log'))).toBe(false);
    expect(existsSync(inside('auto-stop'))).toBe(false);
  });

  it('leaves the work to one that runs already', async () => {
    mkdirSync(inside('auto-stop'));
    writeFileSync(inside('auto-stop/lock'), String(process.pid));
    const { code, stdout } = await program.run(['check'], settings());
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Another check runs.\n' });
    expect(existsSync(inside('auto-stop.log'))).toBe(false);
  });

  it('sends its figures to CloudWatch, each with the name of the instance', async () => {
    const environment = settings();
    const said = [await program.run(['check'], environment), await program.run(['check'], environment)];
    expect(said.map(({ stdout }) => stdout).join()).not.toContain('CloudWatch');
    const { endpoint, region } = testStack().aws;
    const client = new CloudWatchClient({
      ...{ endpoint, region },
      credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' }
    });
    const Dimensions = [{ Name: 'NotebookInstanceName', Value: instance.name }];
    const { Metrics } = await client.send(new ListMetricsCommand({ Namespace: NAMESPACE, Dimensions }));
    expect(new Set(Metrics?.map(({ MetricName }) => MetricName))).toEqual(
      new Set(['IdleMinutes', 'RunningMinutes', 'CPUUtilization', 'MemoryUtilization', 'DiskUtilization'])
    );
    const { Datapoints } = await client.send(
      new GetMetricStatisticsCommand({
        ...{ Namespace: NAMESPACE, MetricName: 'MemoryUtilization', Dimensions, Period: 3600 },
        StartTime: new Date(Date.now() - 3_600_000),
        EndTime: new Date(Date.now() + 3_600_000),
        Statistics: ['Maximum', 'SampleCount']
      })
    );
    client.destroy();
    expect(Datapoints?.reduce((sum, { SampleCount = 0 }) => sum + SampleCount, 0)).toBe(2);
    expect(Datapoints?.[0]?.Maximum).toBeGreaterThan(0);
    expect(Datapoints?.[0]?.Maximum).toBeLessThanOrEqual(100);
  });

  it('goes on when CloudWatch does not answer, and says so', async () => {
    const environment = { ...settings(), AWS_ENDPOINT_URL_CLOUDWATCH: 'http://127.0.0.1:1' };
    const { code, stdout } = await program.run(['check'], environment);
    expect(code).toBe(0);
    expect(stdout).toContain('No figures reached CloudWatch: ');
  });
});

describe('status', () => {
  it('says what the status bar and the popup say, also as JSON', async () => {
    const { code, stdout } = await program.run(['status'], settings());
    expect(code).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines[0]).toMatch(/^Auto-stop in \d+ h/);
    expect(lines[1]).toMatch(/^This instance (stops at|is in use)/);
    expect(lines.at(-1)).toMatch(/^Stops after .* without busy kernels/);
    const json: unknown = JSON.parse((await program.run(['status', '--json'], settings())).stdout);
    expect(json).toHaveLength(lines.length);
  });

  it('says that nothing is stopped where auto-stop is off', async () => {
    const { stdout } = await program.run(['status'], { ...settings(), JUPYTERLAB_REPLICA_STOPPER: '' });
    expect(stdout).toMatch(/^Auto-stop in .* \(not here\)\nNothing will stop this machine/);
  });
});

describe('doctor', () => {
  it.each([
    ['systemd', ACTIVE, 'ok    Timer: jupyterlab-replica-auto-stop.timer is active'],
    ['crond', CROND, 'ok    Timer: crond runs the checks']
  ])('finds everything right under %s', async (_name, answers, timer) => {
    const environment = { ...settings(), PATH: schedulers(answers) };
    await program.run(['check'], environment);
    const { code, stdout } = await program.run(['doctor'], environment);
    expect(stdout).not.toContain('WRONG');
    expect(stdout.split('\n')).toContain(timer);
    expect(stdout).toContain(`${instance.name} is InService, ml.t3.medium; the role may describe it`);
    expect(code).toBe(0);
  });

  it('names what is wrong and what to do, and fails', async () => {
    const environment = {
      ...settings(),
      PATH: schedulers(NEITHER),
      JUPYTERLAB_REPLICA_STOPPER: '',
      JUPYTERLAB_REPLICA_SOCKET: inside('no-gateway'),
      JUPYTERLAB_REPLICA_METADATA_FILE: inside('no-metadata')
    };
    rmSync(inside('metadata.json'));
    const { code, stdout } = await program.run(['doctor', '--json'], environment);
    expect(code).toBe(1);
    const findings: unknown = JSON.parse(stdout);
    const wrong = (what: string, fix: string) =>
      expect.objectContaining({ what, isRight: false, fix: expect.stringContaining(fix) });
    expect(findings).toEqual(
      expect.arrayContaining([
        wrong('Switched on', 'JUPYTERLAB_REPLICA_STOPPER=sagemaker'),
        wrong('Gateway', 'Restart the Jupyter server'),
        wrong('Instance and SageMaker endpoint', 'notebook instances only'),
        wrong('Checks', 'systemctl status jupyterlab-replica-auto-stop.timer'),
        wrong('Timer', 'systemctl enable --now')
      ])
    );
  });

  it('sees that the endpoint cannot be reached', async () => {
    const environment = { ...settings(), AWS_ENDPOINT_URL_SAGEMAKER: 'http://127.0.0.1:1' };
    const { stdout } = await program.run(['doctor'], environment);
    expect(stdout).toMatch(
      /WRONG Instance and SageMaker endpoint: SageMaker did not describe .*ECONNREFUSED/
    );
    expect(stdout).toContain('Check the interface endpoint sagemaker.api of the subnet');
  });

  it('sees that the clock was set', async () => {
    await check(instance.world, false);
    const ahead = { ...instance.world, now: () => Date.now() + 3_600_000 };
    expect((await doctor(ahead)).find(({ what }) => what === 'Clock')).toMatchObject({
      isRight: false,
      words: 'The clock was set since the last check.'
    });
  });
});

describe('options', () => {
  it('are explained', async () => {
    expect(await program.run(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--dry-run')
    });
    expect(await program.run([])).toMatchObject({ code: 2, stdout: expect.stringContaining('check') });
  });

  it.each([[['stop']], [['check', '--force']], [['check', 'now']]])(
    'that do not exist are refused: %j',
    async args => {
      expect((await program.run(args)).code).toBe(2);
    }
  );

  it('that are no numbers are refused by name', async () => {
    const { code, stderr } = await program.run(['status'], {
      JUPYTERLAB_REPLICA_IDLE_TIMEOUT_MIN: 'two hours'
    });
    expect(code).toBe(1);
    expect(stderr).toContain('JUPYTERLAB_REPLICA_IDLE_TIMEOUT_MIN must be a number above 0');
  });
});
