/** A value with parts, each by its name or place; without parts `text` is the value as it was written. */
export interface ValueNode {
  readonly label: string | null;
  readonly text: string;
  readonly parts: readonly ValueNode[] | null;
}

/** JSON as a tree in which every number keeps its digits; null for a text that is none. */
export function jsonTree(text: string): ValueNode | null {
  const reader = new Reader(text);
  try {
    const node = jsonNode(reader, null);
    reader.space();
    return reader.isAtEnd ? node : null;
  } catch (error) {
    if (error === MALFORMED) return null;
    throw error;
  }
}

/** A PostgreSQL array literal as a tree; null for a text that is none. */
export function arrayTree(text: string): ValueNode | null {
  const reader = new Reader(text);
  try {
    const bounds = reader.match(/(\[-?\d+:-?\d+\])+=/y);
    const node = arrayNode(reader, bounds);
    return reader.isAtEnd ? node : null;
  } catch (error) {
    if (error === MALFORMED) return null;
    throw error;
  }
}

const MALFORMED = new Error('malformed');

class Reader {
  private at = 0;
  constructor(private readonly text: string) {}

  get isAtEnd(): boolean {
    return this.at === this.text.length;
  }

  match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    this.at += found?.length ?? 0;
    return found;
  }

  expect(pattern: RegExp): string {
    const found = this.match(pattern);
    if (found === null) throw MALFORMED;
    return found;
  }

  takes(character: string): boolean {
    const isThere = this.text[this.at] === character;
    if (isThere) this.at += 1;
    return isThere;
  }

  space(): void {
    this.match(/\s*/y);
  }
}

function jsonNode(reader: Reader, label: string | null): ValueNode {
  reader.space();
  if (reader.takes('{')) {
    const parts = members(reader, '}', () => {
      const name = String(JSON.parse(reader.expect(STRING)));
      reader.space();
      reader.expect(/:/y);
      return jsonNode(reader, name);
    });
    return { label, text: `{${parts.length}}`, parts };
  }
  if (reader.takes('[')) {
    const parts = members(reader, ']', index => jsonNode(reader, String(index)));
    return { label, text: `[${parts.length}]`, parts };
  }
  const text = reader.match(STRING) ?? reader.expect(/-?\d[\d.eE+-]*|true|false|null/y);
  return { label, text, parts: null };
}

const STRING = /"(?:[^"\\]|\\.)*"/y;

function members(reader: Reader, close: string, member: (index: number) => ValueNode): ValueNode[] {
  const parts: ValueNode[] = [];
  reader.space();
  if (reader.takes(close)) {
    return parts;
  }
  for (;;) {
    reader.space();
    parts.push(member(parts.length));
    reader.space();
    if (reader.takes(close)) {
      return parts;
    }
    reader.expect(/,/y);
  }
}

function arrayNode(reader: Reader, label: string | null): ValueNode {
  reader.expect(/\{/y);
  const parts = members(reader, '}', index => {
    const place = String(index + 1);
    const quoted = reader.match(STRING);
    if (quoted !== null) {
      return { label: place, text: quoted.slice(1, -1).replace(/\\(.)/gs, '$1'), parts: null };
    }
    const bare = reader.match(/[^{}",\\]+/y);
    return bare === null ? arrayNode(reader, place) : { label: place, text: bare, parts: null };
  });
  return { label, text: `[${parts.length}]`, parts };
}
