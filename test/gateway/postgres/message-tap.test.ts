import { Duplex, PassThrough } from 'node:stream';
import fc from 'fast-check';
import { MessageTap } from '../../../src/gateway/postgres/message-tap';

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function dataRow(...cells: readonly (string | null)[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeInt16BE(cells.length);
  const parts = cells.map(cell => {
    const bytes = Buffer.from(cell ?? '');
    const length = Buffer.alloc(4);
    length.writeInt32BE(cell === null ? -1 : bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return message('D', Buffer.concat([count, ...parts]));
}

const NOTICE = message('N', Buffer.from('look\0'));
const COMPLETE = message('C', Buffer.from('SELECT 3\0'));
const READY = message('Z', Buffer.from('T'));

/** A tap on a socket that this test writes to; keeps what either side receives. */
function tapped(socket: Duplex = new PassThrough()) {
  const forwarded: Buffer[] = [];
  socket.on('data', (bytes: Buffer) => forwarded.push(Buffer.from(bytes)));
  const tap = new MessageTap(socket);
  const rows: (string | null)[][] = [];
  const faults: Error[] = [];
  const divert = (columns: number) =>
    tap.divert(
      columns,
      ({ bytes, starts, lengths, columns: width, rows: count }) => {
        for (let row = 0; row < count; row++) {
          rows.push(
            Array.from({ length: width }, (_, column) => {
              const cell = row * width + column;
              const length = lengths[cell]!;
              return length < 0
                ? null
                : Buffer.from(bytes.subarray(starts[cell]!, starts[cell]! + length)).toString();
            })
          );
        }
      },
      error => faults.push(error)
    );
  return { socket, tap, divert, rows, faults, forwarded: () => Buffer.concat(forwarded) };
}

async function feed(socket: Duplex, bytes: Buffer, piece: number): Promise<void> {
  for (let at = 0; at < bytes.length; at += piece) {
    socket.write(bytes.subarray(at, at + piece));
  }
  await settled(socket);
}

/** Resolves when the tap has taken all that came. */
async function settled(socket: Duplex): Promise<void> {
  do {
    await new Promise(resolve => setImmediate(resolve));
  } while (socket.isPaused() || socket.readableLength > 0);
  await new Promise(resolve => setImmediate(resolve));
}

describe('the tap', () => {
  const expected = [
    ...Array.from({ length: 2500 }, (_, row) => [`${row}`, row % 3 ? `é${'x'.repeat(row % 200)}` : null])
  ];
  const stream = Buffer.concat([
    message('2', Buffer.alloc(0)),
    ...expected.flatMap((cells, row) =>
      row % 500 === 7 ? [NOTICE, dataRow(...cells)] : [dataRow(...cells)]
    ),
    COMPLETE,
    READY
  ]);

  it.each([1, 2, 3, 5, 7, 61, 1000, 4096, 65536, 10 ** 9])(
    'finds every row in pieces of %d bytes',
    async piece => {
      const { socket, divert, rows, faults, forwarded } = tapped();
      divert(2);
      await feed(socket, stream, piece);
      expect(faults).toEqual([]);
      expect(rows).toEqual(expected);
      expect(forwarded()).toEqual(
        Buffer.concat([
          message('2', Buffer.alloc(0)),
          NOTICE,
          NOTICE,
          NOTICE,
          NOTICE,
          NOTICE,
          COMPLETE,
          READY
        ])
      );
    }
  );

  it('finds every row wherever the bytes are cut, in one turn of the event loop or in many', async () => {
    const few = expected.slice(0, 60);
    const bytes = Buffer.concat([NOTICE, ...few.map(cells => dataRow(...cells)), COMPLETE, READY]);
    const cut = fc.record({ at: fc.nat(bytes.length), turn: fc.boolean() });
    const property = fc.asyncProperty(fc.array(cut, { maxLength: 80 }), async cuts => {
      const { socket, divert, rows, faults, forwarded } = tapped();
      divert(2);
      let from = 0;
      for (const { at, turn } of [...cuts].sort((a, b) => a.at - b.at)) {
        socket.write(bytes.subarray(from, at));
        from = at;
        if (turn) {
          await new Promise(resolve => setImmediate(resolve));
        }
      }
      await feed(socket, bytes.subarray(from), bytes.length);
      expect(faults).toEqual([]);
      expect(rows).toEqual(few);
      expect(forwarded()).toEqual(Buffer.concat([NOTICE, COMPLETE, READY]));
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it('takes a cell of many megabytes', async () => {
    const { socket, divert, rows } = tapped();
    divert(1);
    const large = 'y'.repeat(20 * 2 ** 20);
    await feed(socket, Buffer.concat([dataRow(large), dataRow('after')]), 65_536);
    expect(rows.map(([cell]) => cell?.length)).toEqual([large.length, 5]);
  });

  it('leaves rows that come slowly to the socket until some have come together', async () => {
    const { socket, divert, rows } = tapped();
    const taken: number[] = [];
    divert(1);
    for (let row = 0; row < 200; row++) {
      socket.write(dataRow(`${row}`));
      await new Promise(resolve => setImmediate(resolve));
      if (rows.length > (taken.at(-1) ?? 0)) {
        taken.push(rows.length);
      }
    }
    await settled(socket);
    expect(rows.map(([cell]) => cell)).toEqual(Array.from({ length: 200 }, (_, row) => `${row}`));
    // Without, each turn takes what has come in it.
    expect(taken.length).toBeLessThan(100);
  });

  it('does not keep what follows the rows waiting', async () => {
    const { socket, tap, divert, rows, forwarded } = tapped();
    divert(1);
    socket.write(dataRow('a'));
    await settled(socket);
    tap.discard();
    socket.write(COMPLETE);
    await new Promise(resolve => setImmediate(resolve));
    expect(rows).toEqual([['a']]);
    expect(forwarded()).toEqual(COMPLETE);
    expect(socket.isPaused()).toBe(false);
  });

  it('stays paused where it is told so while it waits', async () => {
    const { socket, tap, divert, rows } = tapped();
    divert(1);
    socket.write(dataRow('a'));
    await new Promise(resolve => setImmediate(resolve));
    tap.pause();
    socket.write(dataRow('b'));
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(rows).toEqual([['a']]);
    expect(socket.isPaused()).toBe(true);
    tap.resume();
    await settled(socket);
    expect(rows).toEqual([['a'], ['b']]);
  });

  it('gathers what comes in one turn of the event loop', async () => {
    const socket = new PassThrough();
    socket.on('data', () => undefined);
    const runs: number[] = [];
    new MessageTap(socket).divert(
      1,
      ({ rows }) => runs.push(rows),
      () => undefined
    );
    await feed(socket, Buffer.concat(Array.from({ length: 1000 }, () => dataRow('some text'))), 100);
    expect(runs).toEqual([1000]);
  });

  it('drops rows that nobody wants', async () => {
    const { socket, tap, divert, rows, forwarded } = tapped();
    divert(1);
    await feed(socket, dataRow('kept'), 100);
    tap.discard();
    await feed(socket, Buffer.concat([dataRow('dropped'), READY]), 100);
    expect(rows).toEqual([['kept']]);
    expect(forwarded()).toEqual(READY);
  });
});

describe('a broken server', () => {
  const shortened = dataRow('abc');
  shortened.writeInt32BE(2, 7);
  const negative = dataRow('abc');
  negative.writeInt32BE(-5, 7);
  const beyond = dataRow('abc');
  beyond.writeInt32BE(1000, 7);
  it.each([
    ['too many columns', dataRow('a', 'b')],
    ['a cell shorter than its row', shortened],
    ['a negative length', negative],
    ['a length beyond the message', beyond],
    ['an empty DataRow', message('D', Buffer.alloc(0))]
  ])('that sends %s fails that query and stays in step', async (_, bad) => {
    const { socket, divert, rows, faults, forwarded } = tapped();
    divert(1);
    await feed(socket, Buffer.concat([dataRow('ok'), bad, dataRow('late'), COMPLETE, READY]), 9);
    expect(faults).toHaveLength(1);
    expect(rows.every(([cell]) => cell === 'ok')).toBe(true);
    expect(forwarded()).toEqual(Buffer.concat([COMPLETE, READY]));
  });

  it.each([
    ['too short', [0x44, 0, 0, 0, 1]],
    ['negative', [0x44, 0xff, 0xff, 0xff, 0xff]],
    ['beyond what PostgreSQL can make', [0x44, 0x7f, 0xff, 0xff, 0xff]]
  ])('that sends a message length %s loses its connection', async (_, bytes) => {
    const { socket, divert } = tapped();
    divert(1);
    const errors: Error[] = [];
    socket.on('error', error => errors.push(error));
    await feed(socket, Buffer.from(bytes), 5);
    expect(socket.destroyed).toBe(true);
    expect(errors[0]?.message).toContain('impossible length');
  });

  it('that closes right after its last words is heard', async () => {
    const { socket, divert, rows, forwarded } = tapped();
    divert(1);
    const heard: string[] = [];
    socket.on('end', () => heard.push(forwarded().toString('latin1')));
    socket.end(Buffer.concat([dataRow('last'), NOTICE]));
    await new Promise(resolve => socket.once('end', resolve));
    expect(rows).toEqual([['last']]);
    expect(heard).toEqual([NOTICE.toString('latin1')]);
  });

  it('an error in the sink is told once and the rest dropped', async () => {
    const socket = new PassThrough();
    socket.on('data', () => undefined);
    const tap = new MessageTap(socket);
    const faults: Error[] = [];
    tap.divert(
      1,
      () => {
        throw new Error('sink');
      },
      error => faults.push(error)
    );
    await feed(socket, Buffer.concat([dataRow('a'), NOTICE, dataRow('b'), READY]), 1000);
    expect(faults.map(({ message }) => message)).toEqual(['sink']);
  });
});

const ROWS = 1_400;
const FOUR_MEGABYTES = Buffer.concat(Array.from({ length: ROWS }, () => dataRow('x'.repeat(3000))));
const A_READ_BYTES = 64 * 1024;

describe('while rows are there faster than they are looked at', () => {
  let at: number;
  /** Always has the next piece, as a socket whose buffer is full. */
  const fullSocket = () =>
    new Duplex({
      read() {
        const piece = FOUR_MEGABYTES.subarray(at, (at += A_READ_BYTES));
        this.push(piece.length > 0 ? piece : null);
      }
    });
  beforeEach(() => (at = 0));

  it('others have their turn after a quarter of a megabyte', async () => {
    const { divert, rows } = tapped(fullSocket());
    divert(1);
    const steps: number[] = [];
    for (let seen = 0; seen < ROWS; seen += steps.at(-1)!) {
      await new Promise(resolve => setImmediate(resolve));
      steps.push(rows.length - seen);
    }
    expect(Math.max(...steps) * 3000).toBeLessThan(2 * 256 * 1024);
  });

  it('a pause lasts until it is taken back', async () => {
    const { tap, divert, rows } = tapped(fullSocket());
    divert(1);
    await new Promise(resolve => setImmediate(resolve));
    tap.pause();
    const seen = rows.length;
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(rows).toHaveLength(seen);
    tap.resume();
    while (rows.length < ROWS) {
      await new Promise(resolve => setImmediate(resolve));
    }
  });
});
