import { appendFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Journal, type Debt } from '../../../src/gateway/s3/journal';
import { temporaryDirectory } from '../../support/temporary-directory';

const debt = (id: string): Debt => ({ kind: 'upload', bucket: 'data', key: 'orders.parquet', id });

async function orphaned(lines: (file: string) => void): Promise<Debt[]> {
  const parent = temporaryDirectory('journal');
  const gone = await Journal.open(parent);
  await gone.owe(debt('first'));
  lines(path.join(parent, readdirSync(parent)[0]!, 'uploads.jsonl'));
  // Its end gives the directory free; what is owed keeps it.
  await gone.close();
  const next = await Journal.open(parent);
  const removed: Debt[] = [];
  await next.settleOrphans(async one => void removed.push(one));
  await next.close();
  return removed;
}

test('what a gateway that is gone owes is removed by the next', async () => {
  expect(await orphaned(() => undefined)).toEqual([debt('first')]);
});

test('a line that was cut hides no other, wherever it stands', async () => {
  const line = (id: string) => JSON.stringify({ entry: 'owed', debt: debt(id) });
  const removed = await orphaned(file => {
    const first = readFileSync(file, 'utf8');
    writeFileSync(file, `${line('cut').slice(0, 30)}\n${first}`);
    appendFileSync(file, `${line('second')}\n${line('third').slice(0, 40)}`);
  });
  expect(removed).toEqual([debt('first'), debt('second')]);
});

test('a thing that is done stays done where the disk does not take the note', async () => {
  const parent = temporaryDirectory('journal');
  const journal = await Journal.open(parent);
  await journal.owe(debt('first'));
  const directory = path.join(parent, readdirSync(parent)[0]!);
  // A directory in its place takes no lines.
  rmSync(path.join(directory, 'uploads.jsonl'));
  mkdirSync(path.join(directory, 'uploads.jsonl'));
  await expect(journal.settle(debt('first'))).resolves.toBeUndefined();
  await expect(journal.owe(debt('second'))).rejects.toThrow('EISDIR');
  await journal.close();
});
