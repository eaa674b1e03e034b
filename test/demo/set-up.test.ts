import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { commandLineOf } from '../../demo/command-line';
import { startReplicaPair, type ReplicaPair, type Sample } from '../../demo/postgres';
import { removeOutsideData } from '../../demo/postgres-setup';
import { connect } from '../../demo/postgres-server';

const SAMPLE: Sample = {
  fingerprint: '1',
  schemas: ['public'],
  load: async owner => {
    await owner.query('CREATE TABLE kept AS SELECT 7 AS value');
  }
};

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'replica-setup-'));
  chmodSync(parent, 0o711);
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

async function valueOn(pair: ReplicaPair): Promise<number> {
  const reader = await connect(pair.standby, pair.database, pair.reader, pair.caFile);
  try {
    return (await reader.query('SELECT value FROM kept')).rows[0].value;
  } finally {
    await reader.end();
  }
}

test('a second start finds the data of the first, and a changed sample replaces it', async () => {
  const options = { stateDir: parent, sample: SAMPLE, log: () => undefined };
  const first = await startReplicaPair(options);
  await first.stop();
  const load = async () => {
    throw new Error('A set-up that is complete must not be loaded again.');
  };
  const second = await startReplicaPair({ ...options, sample: { ...SAMPLE, load } });
  await expect(valueOn(second)).resolves.toBe(7);
  await second.stop();
  const changed = { ...SAMPLE, fingerprint: '2', load: rowOf(8) };
  const third = await startReplicaPair({ ...options, sample: changed });
  await expect(valueOn(third)).resolves.toBe(8);
  await third.stop();
}, 60_000);

test('servers that an ended run left behind are stopped, whatever becomes of their data', async () => {
  const options = { stateDir: parent, sample: SAMPLE, log: () => undefined };
  await startReplicaPair(options);
  const left = ['primary', 'standby'].map(name => {
    const lock = readFileSync(path.join(parent, 'postgres', name, 'postmaster.pid'), 'utf8');
    return Number(lock.split('\n')[0]);
  });
  expect(left.map(pid => commandLineOf(pid))).toEqual([
    expect.stringContaining('postgres'),
    expect.stringContaining('postgres')
  ]);

  const again = await startReplicaPair({ ...options, sample: { ...SAMPLE, fingerprint: '2' } });
  expect(left.map(pid => commandLineOf(pid) ?? '')).toEqual(['', '']);
  await expect(valueOn(again)).resolves.toBe(7);
  await again.stop();
}, 60_000);

const asRoot = process.getuid?.() === 0 ? test : test.skip;

asRoot(
  'root may keep the state where no other account can enter, and is told where the data went',
  async () => {
    const stateDir = path.join(parent, 'private', 'state');
    mkdirSync(stateDir, { recursive: true });
    chmodSync(path.dirname(stateDir), 0o700);
    const said: string[] = [];
    const pair = await startReplicaPair({ stateDir, sample: SAMPLE, log: line => said.push(line) });
    try {
      await expect(valueOn(pair)).resolves.toBe(7);
      expect(said).toEqual([expect.stringMatching(/^PostgreSQL's data is in \S+, because/)]);
    } finally {
      await pair.stop();
      const directory = readFileSync(path.join(stateDir, 'server-directory'), 'utf8');
      removeOutsideData(stateDir);
      expect(existsSync(directory)).toBe(false);
    }
  },
  60_000
);

test('passwords lie in a file that only its owner can read, and differ between set-ups', async () => {
  const start = async (name: string) => {
    const pair = await startReplicaPair({
      stateDir: path.join(parent, name),
      sample: SAMPLE,
      log: () => undefined
    });
    await pair.stop();
    return pair.reader.password;
  };
  expect(await start('one')).not.toBe(await start('two'));
  expect(statSync(path.join(parent, 'one', 'passwords.json')).mode & 0o077).toBe(0);
}, 60_000);

function rowOf(value: number): Sample['load'] {
  return async owner => {
    await owner.query(`CREATE TABLE kept AS SELECT ${value} AS value`);
  };
}
