import { execFileSync, spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { EC2_USER, IS_ROOT, type InstanceImage } from './instance-image';

/** What SageMaker runs the hooks with. */
const HOOK_PATH = '/sbin:/bin:/usr/sbin:/usr/bin';
const ENTER = path.resolve('test/lifecycle-scripts/support/enter-instance.sh');
/** In a namespace without root's rights, the one user there is has the number 0. */
const UID_INSIDE = IS_ROOT ? EC2_USER : 0;
/** Programs of this machine that the image is not known to have, and those that the tests record. */
const ABSENT = /^(node|nodejs|npm|npx|corepack|aws|systemctl|crontab)$/;

type Program = ChildProcessByStdio<null, Readable, Readable>;

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface Surroundings {
  readonly user?: 'root' | 'ec2-user';
  readonly env?: Readonly<Record<string, string>>;
  /** File systems that are only so large, by the directory they are mounted on: `{ '/opt': '4m' }`. */
  readonly sizes?: Readonly<Record<string, string>>;
}

/**
 * A root directory that looks like a notebook instance: the paths, users and environments are those of the image, programs
 * and libraries are this machine's, without its Node. What runs in it sees nothing else. systemctl and crontab write down
 * what they are told, since no systemd runs in there. The network is the machine's own.
 */
export class NotebookInstance {
  private constructor(
    readonly root: string,
    readonly image: InstanceImage
  ) {}

  /** With the volume of another instance, or an empty one. */
  static create(image: InstanceImage, before?: NotebookInstance): NotebookInstance {
    requireNamespaces();
    const root = mkdtempSync(path.resolve('build/instance/root-'));
    chmodSync(root, 0o755);
    const instance = new NotebookInstance(root, image);
    instance.makeDirectories();
    instance.makePrograms();
    if (before) {
      execFileSync('cp', ['-a', before.path('home/ec2-user/SageMaker'), instance.path('home/ec2-user')]);
    }
    return instance;
  }

  /** Runs a hook as SageMaker does: as root, from a file in /tmp. */
  async hook(script: string, surroundings: Surroundings = {}): Promise<Outcome> {
    this.write('/tmp/hook.sh', script);
    return this.run(['/bin/bash', '/tmp/hook.sh'], surroundings);
  }

  /** Runs a command to its end. */
  async run(command: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
    const started = performance.now();
    const child = this.start(command, surroundings);
    const ended = new Promise<number | null>(resolve => child.once('close', resolve));
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await ended, stdout, stderr, seconds: (performance.now() - started) / 1000 };
  }

  /** Starts a command; the child is the command itself. */
  start(command: readonly string[], { user = 'root', env = {}, sizes = {} }: Surroundings = {}): Program {
    const mounts = Object.entries(sizes).map(([directory, size]) => `${directory}=${size}`);
    const namespaces = IS_ROOT ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
    const environment = { PATH: HOOK_PATH, HOME: user === 'root' ? '/root' : '/home/ec2-user', ...env };
    const settings = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    return spawn(
      'unshare',
      [
        ...namespaces,
        ...[
          '/bin/bash',
          ENTER,
          this.root,
          path.join(this.image.directory, 'anaconda3'),
          [...this.image.pythonPrefixes, path.join(this.image.directory, 'aws')].join(' '),
          mounts.join(' '),
          user
        ],
        ...['/usr/bin/env', '-i', ...settings, ...command]
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] }
    );
  }

  path(inside: string): string {
    return path.join(this.root, inside);
  }

  read(inside: string): string {
    return this.exists(inside) ? readFileSync(this.path(inside), 'utf8') : '';
  }

  write(inside: string, content: string, mode = 0o644): void {
    mkdirSync(path.dirname(this.path(inside)), { recursive: true });
    writeFileSync(this.path(inside), content, { mode });
  }

  exists(inside: string): boolean {
    return existsSync(this.path(inside));
  }

  remove(inside: string): void {
    rmSync(this.path(inside), { recursive: true, force: true });
  }

  dispose(): void {
    // Several times as fast as Node's own for so many files.
    execFileSync('rm', ['-rf', this.root]);
  }

  private makeDirectories(): void {
    const inside = [
      'etc',
      'home/ec2-user/SageMaker',
      'home/ec2-user/anaconda3',
      'changes/files',
      'changes/work',
      'opt',
      'root',
      'run/systemd/system',
      'tmp',
      'var/log',
      'proc',
      'dev'
    ];
    for (const directory of [
      ...inside,
      ...this.image.pythonPrefixes,
      path.join(this.image.directory, 'aws'),
      'host/usr',
      'usr/bin',
      'usr/sbin',
      'usr/local/bin'
    ]) {
      mkdirSync(this.path(directory), { recursive: true });
    }
    chmodSync(this.path('tmp'), 0o1777);
    for (const directory of ['home/ec2-user', 'home/ec2-user/SageMaker', 'changes/files']) {
      chownSync(this.path(directory), EC2_USER, EC2_USER);
    }
    for (const directory of ['lib', 'lib32', 'lib64', 'libx32', 'libexec', 'share']) {
      mkdirSync(this.path(`usr/${directory}`), { recursive: true });
      if (existsSync(`/${directory}`)) {
        symlinkSync(`usr/${directory}`, this.path(directory));
      }
    }
    symlinkSync('usr/bin', this.path('bin'));
    symlinkSync('usr/sbin', this.path('sbin'));
    for (const name of ['ld.so.cache', 'alternatives']) {
      if (existsSync(`/etc/${name}`)) {
        cpSync(`/etc/${name}`, this.path(`etc/${name}`), { recursive: true, verbatimSymlinks: true });
      }
    }
    this.write(
      '/etc/passwd',
      `root:x:0:0::/root:/bin/bash\nec2-user:x:${UID_INSIDE}:${UID_INSIDE}::/home/ec2-user:/bin/bash\n`
    );
    this.write('/etc/group', `root:x:0:\nec2-user:x:${UID_INSIDE}:\n`);
    this.write('/etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n');
    this.write('/etc/hosts', '127.0.0.1 localhost\n');
    const metadata = {
      ResourceArn: 'arn:aws:sagemaker:eu-west-2:123456789012:notebook-instance/trial',
      ResourceName: 'trial'
    };
    this.write('/opt/ml/metadata/resource-metadata.json', JSON.stringify(metadata));
  }

  private makePrograms(): void {
    for (const directory of ['bin', 'sbin']) {
      for (const name of readdirSync(`/usr/${directory}`).filter(program => !ABSENT.test(program))) {
        symlinkSync(`/host/usr/${directory}/${name}`, this.path(`usr/${directory}/${name}`));
      }
    }
    symlinkSync(path.join(this.image.directory, 'aws/aws'), this.path('usr/local/bin/aws'));
    this.write('/usr/bin/systemctl', '#!/bin/sh\necho "$*" >>/var/log/systemctl.log\n', 0o755);
    this.write('/usr/bin/crontab', CRONTAB, 0o755);
    if (!IS_ROOT) {
      rmSync(this.path('usr/bin/setpriv'));
      this.write('/usr/bin/setpriv', '#!/bin/sh\nshift 5\nexec "$@"\n', 0o755);
    }
  }
}

/** `crontab -u ec2-user -l` and `crontab -u ec2-user -`. */
const CRONTAB = `#!/bin/sh
if [ "$3" = -l ]; then exec cat /var/crontab; fi
cat >/var/crontab.new && mv /var/crontab.new /var/crontab
`;

function requireNamespaces(): void {
  const namespaces = IS_ROOT ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  const { status, stderr } = spawnSync('unshare', [...namespaces, 'true'], { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(
      `These tests need a mount namespace, as root or as a user who may make user namespaces (kernel.unprivileged_userns_clone, user.max_user_namespaces): ${stderr}`
    );
  }
}
