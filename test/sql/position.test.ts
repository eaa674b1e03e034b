import fc from 'fast-check';
import { tokenAtPosition } from '../../src/sql/position';

const marked = (sql: string, position: number) => {
  const { from, to } = tokenAtPosition(sql, position);
  return sql.slice(from, to);
};

it('finds the token at a position', () => {
  expect(marked('select * form orders', 10)).toBe('form');
  expect(marked('select "no such" from t', 8)).toBe('"no such"');
});

it('counts characters, not UTF-16 units', () => {
  expect(marked("select '😀😀', nme from users", 14)).toBe('nme');
});

it('finds the last token where the statement ended too early', () => {
  expect(marked('select * from', 14)).toBe('from');
  expect(marked('select * from  \n', 17)).toBe('from');
});

it('begins within a token where the position does', () => {
  expect(marked("select 'a' 'b\nc'", 12)).toBe("'b\nc'");
});

it('gives a range within any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.nat(100), (sql, position) => {
      const { from, to } = tokenAtPosition(sql, position);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(from).toBeLessThan(to);
      expect(to).toBeLessThanOrEqual(sql.length);
    })
  );
});
