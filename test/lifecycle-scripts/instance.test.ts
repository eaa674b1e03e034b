/**
 * The hooks in a root directory that looks like a notebook instance, with an emulated S3. systemctl and crontab only write
 * down what they are told.
 */
import { readFileSync } from 'node:fs';
import { SYSTEM_PYTHON, unitEnvironment, until, withJupyterServer } from './support/jupyter-server';
import { instanceImage, type InstanceImage } from './support/instance-image';
import { NotebookInstance, type Outcome, type Surroundings } from './support/notebook-instance';
import { startTrial, type Trial } from './support/trial';
import { filledScript, template } from './support/filled-script';

const LOG = '/var/log/jupyterlab-replica-on-start.log';
const SYSTEMCTL = '/var/log/systemctl.log';
const SAGEMAKER = '/home/ec2-user/SageMaker';
const STARTER = 'Database_Connection_Examples.ipynb';
const ARMED = 'Auto-stop is armed (systemd timer): after 120 minutes without work.';
const UNARMED = 'The panel and auto-stop are NOT installed';

/** Without systemd's own program, the sections are read by their syntax alone. */
const VERIFY = `
if command -v systemd-analyze >/dev/null; then exec systemd-analyze verify --man=no "$@"; fi
for unit; do grep -qvE '^(\\[[A-Z][a-z]+\\]|[A-Z][A-Za-z]+=.+|)$' "$unit" && exit 1; done; exit 0
`;

let trial: Trial;
let image: InstanceImage;
let first: NotebookInstance;
let created: Outcome;
let started: Outcome;
const others: NotebookInstance[] = [];

beforeAll(async () => {
  [trial, image] = await Promise.all([startTrial(), instanceImage()]);
  await trial.upload(trial.bundle);
  first = NotebookInstance.create(image);
  first.write(`${SAGEMAKER}/${STARTER}`, 'the work of the user');
  created = await first.hook(trial.script('on-create'), { env: trial.env });
  started = await onStart(first);
  await kernelsAreReady(first);
}, 900_000);

afterAll(async () => {
  [first, ...others].forEach(instance => instance.dispose());
  await trial.stop();
});

function onStart(instance: NotebookInstance, surroundings: Surroundings = {}): Promise<Outcome> {
  return instance.hook(trial.script('on-start'), { env: trial.env, ...surroundings });
}

/** A new root volume, with the volume of an instance that ran before. */
function another(before?: NotebookInstance): NotebookInstance {
  const instance = NotebookInstance.create(image, before);
  others.push(instance);
  return instance;
}

function kernelsAreReady(instance: NotebookInstance): Promise<void> {
  return until(
    () => instance.read(LOG).includes('Every kernel is ready.'),
    () => instance.read(LOG)
  );
}

describe('the first start', () => {
  it('copies the starter notebooks, but not over the work of the user', () => {
    expect(created).toMatchObject({ code: 0, stderr: '' });
    expect(created.stdout).toContain(`${STARTER} is there already and stays as it is.`);
    expect(first.read(`${SAGEMAKER}/${STARTER}`)).toBe('the work of the user');
    const copied = first.read(`${SAGEMAKER}/Explore_and_export.ipynb`);
    expect(copied).toBe(readFileSync('sample-notebooks/Explore_and_export.ipynb', 'utf8'));
  });

  it('installs everything, arms the timer and restarts the Jupyter server, within a minute', () => {
    expect(started).toMatchObject({ code: 0, stderr: '' });
    expect(started.stdout).toContain('Fetched s3://trial-assets/bundle.tar.');
    expect(started.stdout).toContain(ARMED);
    expect(started.stdout).toMatch(/Done in \d+ s\.\n$/);
    expect(started.seconds).toBeLessThan(60);
    expect(first.read(SYSTEMCTL).trim().split('\n')).toEqual([
      'daemon-reload',
      'enable --now jupyterlab-replica-auto-stop.timer',
      '--no-block restart jupyter-server'
    ]);
  });

  it('gives a login shell the settings that the unit gives the server', async () => {
    const shell = '. /etc/profile.d/jupyter-env.sh; . /etc/profile.d/jupyter-env.sh; env';
    const { stdout } = await first.run(['/bin/bash', '-c', shell], { user: 'ec2-user' });
    const settings = unitEnvironment(first);
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining(Object.entries(settings).map(([name, value]) => `${name}=${value}`))
    );
    expect(settings).toMatchObject({
      AWS_REGION: 'eu-west-2',
      JUPYTERLAB_REPLICA_STOPPER: 'sagemaker',
      PYTHONPATH: '/opt/jupyterlab-replica/python'
    });
  });

  it('brings a Jupyter server that has the panel and a gateway under the Node of the bundle', async () => {
    await withJupyterServer(first, async get => {
      expect((await get('lab/extensions/jupyterlab-replica/static/style.js')).status).toBe(200);
      await until(
        async () => (await get('jupyterlab-replica/v1/activity')).status === 200,
        () => 'The gateway does not answer.'
      );
    });
  });

  it('has an auto-stop program that tells how things are', async () => {
    const { code, stdout, stderr } = await first.run(['/opt/jupyterlab-replica/bin/auto-stop', 'status'], {
      user: 'ec2-user'
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Auto-stop (in \d+ (h|min)|is due)/);
  });

  it('lets a kernel of each environment import db_connection', async () => {
    const program = `
import json, sys
from jupyter_client.manager import start_new_kernel
seen = {}
for name in sys.argv[1:]:
    manager, client = start_new_kernel(kernel_name=name)
    said = []
    client.execute_interactive(
        "import sys, db_connection, pyarrow; print(db_connection.__file__, pyarrow.__file__)",
        output_hook=lambda message: said.append(message["content"].get("text") or message["content"].get("evalue", "")),
        timeout=30,
    )
    seen[name] = "".join(said).split()
    client.stop_channels()
    manager.shutdown_kernel(now=True)
print(json.dumps(seen))
`;
    const kernels = first.image.kernelEnvironments.map(name => `conda_${name}`);
    const { stdout, stderr } = await first.run([SYSTEM_PYTHON, '-c', program, ...kernels], {
      user: 'ec2-user',
      env: unitEnvironment(first)
    });
    const ours = '/opt/jupyterlab-replica/python/db_connection/__init__.py';
    expect(stderr).not.toContain('Error');
    expect(JSON.parse(stdout)).toEqual({
      conda_python3: [
        ours,
        expect.stringMatching(/^\/opt\/jupyterlab-replica\/pyarrow\/cp3\d+\/pyarrow\/__init__\.py$/)
      ],
      conda_analysis: [ours, expect.stringMatching(/^\/home\/ec2-user\/anaconda3\/envs\/analysis\//)]
    });
  });

  it('has units that systemd accepts', async () => {
    const unit = '/etc/systemd/system/jupyterlab-replica-auto-stop';
    const { code, stderr } = await first.run([
      '/bin/sh',
      '-c',
      VERIFY,
      'sh',
      `${unit}.timer`,
      `${unit}.service`
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('changes nothing when it is run again, and leaves the Jupyter server alone', async () => {
    first.write(SYSTEMCTL, '');
    const again = await onStart(first);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toContain('This bundle is unpacked already.');
    expect(again.stdout).toContain('Nothing has changed; the Jupyter server goes on.');
    expect(first.read(SYSTEMCTL)).not.toContain('restart');
  });
});

describe('a later start', () => {
  it('installs from the volume while S3 is away', async () => {
    const later = another(first);
    const { code, stdout } = await onStart(later, {
      env: { ...trial.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }
    });
    expect(code).toBe(0);
    expect(stdout).toContain(
      `Installing from the copy in ${SAGEMAKER}/.jupyterlab-replica; S3 was not asked.`
    );
    expect(stdout).toContain(ARMED);
    await kernelsAreReady(later);
  });

  it('installs from S3 when the volume is full, and says that no copy is kept', async () => {
    const later = another();
    const { code, stdout } = await onStart(later, { sizes: { [SAGEMAKER]: '1m' } });
    expect(code).toBe(0);
    expect(stdout).toContain(ARMED);
    await kernelsAreReady(later);
    expect(later.read(LOG)).toContain('the next start needs S3. Is the volume full?');
  });

  it('arms the crontab of ec2-user where crond runs and systemd does not', async () => {
    const later = another(first);
    later.remove('/run/systemd');
    later.write('/var/crontab', '0 5 * * * backup\n* * * * * /opt/jupyterlab-replica/bin/auto-stop check\n');
    // pgrep(1) tells processes by the name of their file.
    const crond = later.start(['/bin/bash', '-c', 'cp /bin/sleep /tmp/crond && exec /tmp/crond 300']);
    try {
      await until(
        () => later.exists('/tmp/crond'),
        () => 'There is no crond.'
      );
      await onStart(later);
    } finally {
      crond.kill();
    }
    await kernelsAreReady(later);
    expect(later.read(LOG)).toContain('Auto-stop is armed (crontab of ec2-user)');
    expect(later.read('/var/crontab').split('\n')).toEqual([
      '0 5 * * * backup',
      '* * * * * /opt/jupyterlab-replica/bin/auto-stop check >/dev/null 2>&1',
      ''
    ]);
  });
});

describe('a start that cannot install', () => {
  let instance: NotebookInstance;

  beforeAll(() => {
    instance = another();
  });

  async function failed(surroundings: Surroundings = {}, script = trial.script('on-start')): Promise<string> {
    const { code, stdout } = await instance.hook(script, { env: trial.env, ...surroundings });
    expect(code).toBe(0);
    expect(stdout).toContain(UNARMED);
    expect(instance.exists('/opt/jupyterlab-replica')).toBe(false);
    expect(instance.exists('/opt/jupyterlab-replica.new')).toBe(false);
    expect(instance.read(SYSTEMCTL)).toBe('');
    return stdout;
  }

  it('says that there is no room', async () => {
    expect(await failed({ sizes: { '/opt': '4m' } })).toContain('the disk');
    expect(await failed({ sizes: { '/opt': '300m' } })).toContain(
      'The bundle cannot be unpacked to /opt/jupyterlab-replica'
    );
  });

  it('says that the bundle is not the one that was deployed', async () => {
    await trial.upload(Buffer.from('something else'));
    expect(await failed()).toContain('is not the bundle that was deployed: its SHA-256 differs.');
  });

  it('says that the bundle is missing, and that the copy is damaged', async () => {
    await trial.removeBundle();
    instance.write(`${SAGEMAKER}/.jupyterlab-replica/bundle-${trial.sha256}.tar`, 'damaged');
    const said = await failed();
    expect(said).toContain('is damaged or does not fit on the disk; asking S3.');
    expect(said).toContain('s3://trial-assets/bundle.tar cannot be read');
  });

  it('says which setting was not filled in, or is not one', async () => {
    expect(await failed({}, template('on-start'))).toContain(
      'The setting REGION of this script is not filled in'
    );
    expect(await failed({}, filledScript('on-start', { DATA_BUCKET: 'a; reboot' }))).toContain(
      'The setting DATA_BUCKET'
    );
  });

  it('lets on-create end well too', async () => {
    const { code, stdout } = await instance.hook(trial.script('on-create'), { env: trial.env });
    expect(code).toBe(0);
    expect(stdout).toContain('s3://trial-assets/bundle.tar cannot be read');
  });
});
