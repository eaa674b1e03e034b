import fc from 'fast-check';
import golden from '../fixtures/sql/parameters.json';
import { bindNames, wantedParameters, writtenRange } from '../../src/sql/parameters';

const given = new Set(golden.given);

it.each(golden.cases)(
  'binds a name where PostgreSQL has a value, as Python does: $written',
  ({ written, sql, names }) => {
    const bound = bindNames(written, given);
    expect({ sql: bound.sql, names: bound.names }).toEqual({ sql, names });
  }
);

it.each([
  ['SELECT 1', 'none', []],
  ["SELECT x::int, ':a', a[1:n], a[:n], '$1' FROM t WHERE j @> '{}' AND b ? 'k'", 'none', []],
  ['SELECT :b, :a, :b', 'named', ['b', 'a']],
  ['SELECT a[:n], :n', 'named', ['n']],
  ['SELECT $2, $1, $2', 'numbered', ['1', '2']],
  ['SELECT $3', 'numbered', ['1', '2', '3']],
  ['SELECT $$ $1 $$, $f$ $2 $f$', 'none', []],
  ['SELECT :a, $1', 'mixed', ['a']]
])('asks for what %s wants', (sql, style, names) => {
  expect(wantedParameters(sql)).toEqual({ style, names });
});

it('takes a slice up to a name for that of a parameter only where the name is one elsewhere', () => {
  const { names } = wantedParameters('SELECT a[:n], :n');
  expect(bindNames('SELECT a[:n], :n', new Set(names)).sql).toBe('SELECT a[$1], $1');
});

it('finds in what was written the place that the server names in what was sent', () => {
  const written = "SELECT :größe, '🌍' || totl, :größe LIMIT:n";
  const bound = bindNames(written, new Set(['größe', 'n']));
  const place = (sent: string, from = bound.sql.indexOf(sent)) => {
    const range = writtenRange(bound, { from, to: from + sent.length });
    return written.slice(range.from, range.to);
  };
  expect(place('totl')).toBe('totl');
  expect(place('SELECT')).toBe('SELECT');
  expect(place('$1')).toBe(':größe');
  expect(place('$1', bound.sql.lastIndexOf('$1'))).toBe(':größe');
  expect(place('$2')).toBe(':n');
});

it('leaves everything but the names as it was written', () => {
  const pieces = fc.constantFrom(
    ':a',
    ':n',
    '::',
    ':',
    '[',
    ']',
    '(',
    ')',
    "'",
    '"',
    '$$',
    '$1',
    '--',
    '\n',
    '/*',
    '*/',
    ' ',
    'a',
    '1',
    'x',
    ',',
    '🌍'
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), parts => {
      const written = parts.join('');
      const bound = bindNames(written, given);
      let rest = '';
      let done = 0;
      for (const { sent, written: range } of bound.edits) {
        rest += bound.sql.slice(done, sent.from) + written.slice(range.from, range.to);
        done = sent.to;
      }
      expect(rest + bound.sql.slice(done)).toBe(written);
    })
  );
});
