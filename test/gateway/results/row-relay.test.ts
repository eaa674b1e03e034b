import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Field, Int32, Schema } from 'apache-arrow';
import { END_OF_STREAM } from '../../../src/gateway/arrow/ipc';
import { RowRelay } from '../../../src/gateway/results/row-relay';

const MIB = 2 ** 20;
const SCHEMA = new Schema([new Field('id', new Int32(), true)]);
const { signal } = new AbortController();

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'relay-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function open(onPublish: () => void = () => undefined): Promise<RowRelay> {
  return RowRelay.create(path.join(directory, 'rows.arrows'), SCHEMA, onPublish);
}

/** A batch in two pieces whose bytes tell its number. */
function pieces(number: number, bytes = MIB): Uint8Array[] {
  return [new Uint8Array(bytes / 4).fill(number), new Uint8Array((3 * bytes) / 4).fill(number + 100)];
}

function numberOf(message: Uint8Array): number {
  const [first, last] = [message[0]!, message.at(-1)!];
  expect(last).toBe(first + 100);
  return first;
}

function bytesOnDisk(): number {
  return statSync(path.join(directory, 'rows.arrows')).size;
}

async function numbersOf(relay: RowRelay, lent?: 'lent'): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { message } of relay.stream(signal, lent)) {
    numbers.push(numberOf(message));
  }
  return numbers;
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

test('a reader that keeps up leaves nothing on disk but the schema and the end', async () => {
  const relay = await open();
  const read = numbersOf(relay, 'lent');
  for (const n of upTo(40)) {
    await relay.append(pieces(n), 1);
  }
  await relay.complete(40, END_OF_STREAM);
  expect(await read).toEqual(upTo(40));
  expect(bytesOnDisk()).toBe(relay.schemaMessage.length + END_OF_STREAM.length);
  expect(relay.sizeBytes).toBe(relay.schemaMessage.length + 40 * MIB);
  await relay.remove();
});

test.each(['lent', undefined] as const)(
  'what a slow reader leaves lying waits in the file, and the order stays (%s)',
  async lent => {
    const relay = await open();
    const appended = upTo(60).map(n => relay.append(pieces(n), 2));
    expect(relay.rows).toBe(120);
    await Promise.all(appended.slice(10));
    expect(bytesOnDisk()).toBeGreaterThan(50 * MIB);
    const first = relay.stream(signal, lent);
    const numbers: number[] = [];
    for (let turn = 0; turn < 30; turn++) {
      numbers.push(numberOf((await first.next()).value!.message));
    }
    // There is room in memory again.
    for (const n of upTo(70).slice(60)) {
      void relay.append(pieces(n), 2);
    }
    await relay.complete(140, END_OF_STREAM);
    for await (const { message, rows } of first) {
      expect(rows).toBe(2);
      numbers.push(numberOf(message));
    }
    expect(numbers).toEqual(upTo(70));
    await relay.remove();
  }
);

test('a batch that is larger than what may wait in memory arrives', async () => {
  const relay = await open();
  await relay.append(pieces(7, 16 * MIB), 1);
  await relay.complete(1, END_OF_STREAM);
  expect(await numbersOf(relay, 'lent')).toEqual([7]);
  await relay.remove();
});

test('pieces are let go of when they have been handed over, and not before', async () => {
  const relay = await open();
  let letGo = false;
  void relay.append(pieces(1), 1).then(() => (letGo = true));
  await new Promise(setImmediate);
  expect(letGo).toBe(false);
  const reader = relay.stream(signal, 'lent');
  await reader.next();
  expect(letGo).toBe(true);
  await relay.remove();
});

test('each batch is told of', async () => {
  let told = 0;
  const relay = await open(() => told++);
  upTo(6).forEach(n => void relay.append(pieces(n), 1));
  expect(told).toBe(6);
  await relay.remove();
});

test('another reader is refused, since it would miss rows', async () => {
  const relay = await open();
  void relay.append(pieces(1), 1);
  await relay.stream(signal).next();
  await expect(relay.stream(signal).next()).rejects.toMatchObject({ code: 'bad-request' });
  await relay.remove();
});

test('rows that are missing at the end are told', async () => {
  const relay = await open();
  void relay.append(pieces(1), 5);
  await expect(relay.complete(6, END_OF_STREAM)).rejects.toThrow('sent 6 rows but 5 were stored');
  await relay.remove();
});

test('rows that are no longer to be used reach nobody, and what waited for the reader goes on', async () => {
  const relay = await open();
  const appended = upTo(8).map(n => relay.append(pieces(n), 1));
  const reader = relay.stream(signal, 'lent');
  await reader.next();
  relay.invalidate(new Error('The statement is being run again.'));
  await expect(reader.next()).rejects.toThrow('run again');
  await Promise.all([...appended, relay.append(pieces(9), 1)]);
  await relay.remove();
  expect(readdirSync(directory)).toEqual([]);
});

test('a reader that waits is told of a failure, and of an abort', async () => {
  const relay = await open();
  const waiting = relay.stream(signal).next();
  relay.fail(new Error('The connection is lost.'));
  await expect(waiting).rejects.toThrow('lost');
  await relay.remove();
  const other = await RowRelay.create(path.join(directory, 'other.arrows'), SCHEMA, () => undefined);
  const gone = new AbortController();
  const next = other.stream(gone.signal).next();
  gone.abort(new Error('The export was cancelled.'));
  await expect(next).rejects.toThrow('cancelled');
  await other.remove();
});

test('a reader that is in the middle when the rows are removed is told', async () => {
  const relay = await open();
  upTo(8).forEach(n => void relay.append(pieces(n), 1));
  const reader = relay.stream(signal, 'lent');
  await reader.next();
  await relay.remove();
  await expect(reader.next()).rejects.toMatchObject({ code: 'result-expired' });
});
