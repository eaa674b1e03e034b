import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { filledScript, placeholdersOf, SETTINGS, template, type Hook } from './support/filled-script';

/** 16,384 characters of base64. */
const MOST_BYTES = 12_288;
const hooks: readonly Hook[] = ['on-create', 'on-start'];

describe.each(hooks)('%s.sh', hook => {
  it('fits into a lifecycle configuration with the longest settings', () => {
    const longest = {
      BUNDLE_S3_URI: `s3://${'b'.repeat(63)}/${'k'.repeat(200)}`,
      SECRET_ID: 's'.repeat(512),
      DATA_BUCKET: 'b'.repeat(63)
    };
    const script = filledScript(hook, longest);
    expect(Buffer.byteLength(script)).toBeLessThanOrEqual(MOST_BYTES);
    expect(Buffer.from(script).toString('base64').length).toBeLessThanOrEqual(16_384);
  });

  it('has no placeholder left once it is filled in', () => {
    expect(placeholdersOf(template(hook)).length).toBeGreaterThan(0);
    expect(placeholdersOf(filledScript(hook))).toEqual([]);
  });

  it('asks for the placeholders that the README lists for it', () => {
    const rows = readFileSync('lifecycle-scripts/README.md', 'utf8').matchAll(
      /^\| `(@[A-Z0-9_]+@)` +\| (yes|no) /gm
    );
    const listed = [...rows]
      .filter(([, , inBoth]) => hook === 'on-start' || inBoth === 'yes')
      .map(row => row[1]);
    expect([...placeholdersOf(template(hook))].sort()).toEqual(listed.sort());
  });

  it('reads as a bash script', () => {
    expect(spawnSync('bash', ['-n'], { input: filledScript(hook), encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: ''
    });
  });
});

it('knows a value for every placeholder', () => {
  const all = new Set(hooks.flatMap(hook => placeholdersOf(template(hook))));
  expect([...all].sort()).toEqual(
    Object.keys(SETTINGS)
      .map(name => `@${name}@`)
      .sort()
  );
});

it('arms a timer that starts the service of its name', () => {
  const units = path.resolve('lifecycle-scripts/units');
  const names = readdirSync(units).map(name => path.parse(name).name);
  expect(new Set(names)).toEqual(new Set(['jupyterlab-replica-auto-stop']));
  const service = readFileSync(path.join(units, 'jupyterlab-replica-auto-stop.service'), 'utf8');
  expect(service).toContain('\nUser=ec2-user\n');
  expect(service).toContain('\nExecStart=/opt/jupyterlab-replica/bin/auto-stop check\n');
});
