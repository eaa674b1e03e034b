import { mentionedNames } from '../../src/sql/mentioned-names';

const names = (sql: string) =>
  mentionedNames(sql).map(({ schema, name }) => (schema === null ? name : `${schema}.${name}`));

it('finds bare, quoted and qualified names as PostgreSQL folds them', () => {
  expect(names('FROM Orders o JOIN analytics."Daily ""X""" d')).toEqual([
    'from',
    'orders',
    'o',
    'join',
    'analytics',
    'analytics.Daily "X"',
    'd'
  ]);
});

it('reads through blanks and comments around a dot', () => {
  expect(names('a . /* here */ b')).toEqual(['a', 'a.b']);
});

it('sees no names in strings, comments, numbers and parameters', () => {
  expect(names("'orders' -- users\n, 1.5, $1, $$ events $$")).toEqual([]);
});

it('does not take a name behind an operator for a qualified one', () => {
  expect(names('a + .b')).toEqual(['a', 'b']);
});

it('reads a name that is still being typed', () => {
  expect(names('select * from "ord')).toEqual(['select', 'from', 'ord']);
});
