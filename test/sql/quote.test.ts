import fc from 'fast-check';
import { previewSql } from '../../src/sql/preview';
import { quoteIdentifier, quoteLiteral, quoteQualified } from '../../src/sql/quote';
import { scan } from '../../src/sql/scan';

describe('quoteIdentifier', () => {
  it.each([
    ['orders', 'orders'],
    ['_a1', '_a1'],
    ['Orders', '"Orders"'],
    ['order', '"order"'],
    ['user', '"user"'],
    ['left', '"left"'],
    ['interval', '"interval"'],
    ['status', 'status'],
    ['1st', '"1st"'],
    ['größe', '"größe"'],
    ['two words', '"two words"'],
    ['say "hi"', '"say ""hi"""'],
    ['a$b', '"a$b"'],
    ['', '""']
  ])('writes %s as %s', (name, expected) => {
    expect(quoteIdentifier(name)).toBe(expected);
  });

  it('makes one token of any name, from which the name reads back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), name => {
        const quoted = quoteIdentifier(name);
        const [token, ...rest] = [...scan(quoted)];
        expect(rest).toEqual([]);
        expect(token!.kind === 'quoted' ? quoted.slice(1, -1).replaceAll('""', '"') : quoted).toBe(name);
      })
    );
  });
});

describe('quoteLiteral', () => {
  it.each([
    ['plain', "'plain'"],
    ["it's", "'it''s'"],
    ['a\\b', "E'a\\\\b'"],
    ['', "''"]
  ])('writes %s as %s', (value, expected) => {
    expect(quoteLiteral(value)).toBe(expected);
  });

  it('makes one string token of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a\'\\";$-') }), value => {
        expect([...scan(quoteLiteral(value))].map(token => token.kind)).toEqual(['string']);
      })
    );
  });
});

it('quotes schema and relation apart', () => {
  expect(quoteQualified('public', 'Order Items')).toBe('public."Order Items"');
});

it('previews a relation without a limit of its own', () => {
  expect(previewSql('analytics', 'user')).toBe('SELECT * FROM analytics."user"');
});
