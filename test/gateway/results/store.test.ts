import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readlinkSync, renameSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { ResultStore } from '../../../src/gateway/results/store';
import { Engine } from '../../support/engine';
import { temporaryDirectory } from '../../support/temporary-directory';

jest.setTimeout(60_000);

/** No process has it: it is beyond the largest that Linux gives. */
const DEAD = 'results-4194305-abcdef';

let engine: Engine;
let own: string;
let parent: string;
beforeEach(async () => {
  parent = temporaryDirectory('spool');
  engine = await Engine.open({ spoolDirectory: parent });
  own = path.dirname(engine.store.pathFor(engine.start('SELECT 1')));
});
afterEach(() => engine.close());

async function keepOne(): Promise<string> {
  const result = engine.start('SELECT generate_series(1, 10)', { keep: true });
  await result.until();
  while (!readdirSync(own).some(name => name.endsWith('.json'))) {
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  return result.id;
}

const openStore = () => ResultStore.open(parent, 2 ** 30, Date.now);

const has = (store: ResultStore, id: string): boolean => {
  try {
    return store.get(id).id === id;
  } catch {
    return false;
  }
};

it('leaves nothing of a kept result that is released as soon as it is done', async () => {
  for (let run = 0; run < 20; run++) {
    const result = engine.start('SELECT $1::text', { keep: true, params: ['a value'] });
    await result.until();
    await engine.store.release(result.id);
  }
  await new Promise(resolve => setTimeout(resolve, 100));
  expect(readdirSync(own).filter(name => name.includes('.json'))).toEqual([]);
});

it('hands a kept result to one of those who start at once, and all of them start', async () => {
  const id = await keepOne();
  await engine.close();
  let name = readdirSync(parent)[0]!;
  for (let round = 0; round < 20; round++) {
    const others = Array.from({ length: 5 }, (_, index) => path.join(parent, `${DEAD.slice(0, -1)}${index}`));
    others.forEach(other => mkdirSync(other));
    const stores = await Promise.all([openStore(), openStore(), openStore()]);
    expect(stores.map(store => has(store, id)).filter(Boolean)).toHaveLength(1);
    expect(existsSync(path.join(parent, name))).toBe(false);
    await Promise.all(stores.map(store => store.close()));
    name = readdirSync(parent)[0]!;
    expect(readdirSync(parent)).toEqual([name]);
  }
});

it.each([
  ['that has our process id', null],
  ['whose process id means nothing here', DEAD]
])('leaves the directory of a living gateway alone %s', async (_, name) => {
  const id = await keepOne();
  const place = name ? path.join(parent, name) : own;
  renameSync(own, place);
  const second = await openStore();
  expect(has(second, id)).toBe(false);
  expect(readdirSync(place).filter(entry => entry.endsWith('.json'))).toHaveLength(1);
  await second.close();
  renameSync(place, own);
});

it('removes the directory of a killed gateway though its process id lives on', async () => {
  const left = path.join(parent, 'results-1-abcdef');
  mkdirSync(left);
  const listenAndDie = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', listenAndDie, path.join(left, 'in-use')]);
  expect(readdirSync(left)).toEqual(['in-use']);
  const store = await openStore();
  expect(existsSync(left)).toBe(false);
  await store.close();
});

it('keeps no file open of results that it could not adopt', async () => {
  await keepOne();
  await engine.close();
  const place = path.join(parent, readdirSync(parent)[0]!);
  const rows = path.join(
    place,
    readdirSync(place).find(name => name.endsWith('.arrows'))!
  );
  const file = await open(rows, 'r+');
  await file.write(new Uint8Array(64).fill(0x55), 0, 64, 0);
  await file.close();
  writeFileSync(path.join(place, 'x.json'), '{}');
  const store = await openStore();
  const opened = readdirSync('/proc/self/fd').map(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  });
  expect(opened.filter(target => target.includes(path.basename(rows)))).toEqual([]);
  expect(store.running()).toEqual([]);
  await store.close();
});
