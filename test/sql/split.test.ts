import fc from 'fast-check';
import { scan } from '../../src/sql/scan';
import { statementAt, statements } from '../../src/sql/split';

const texts = (sql: string) => statements(sql).map(statement => statement.text);

describe('statements', () => {
  it.each([
    ['two statements', 'select 1; select 2', ['select 1', 'select 2']],
    ['a semicolon in a string', "select ';' ; select 2", ["select ';'", 'select 2']],
    ['a doubled quote', "select 'it''s; fine'; select 2", ["select 'it''s; fine'", 'select 2']],
    [
      'a backslash, which escapes nothing in a plain string',
      "select 'a\\'; select 2",
      ["select 'a\\'", 'select 2']
    ],
    ['a backslash in an E string', "select E'a\\';b'; select 2", ["select E'a\\';b'", 'select 2']],
    ['a quoted identifier', 'select ";""x" ; select 2', ['select ";""x"', 'select 2']],
    ['dollar quotes', 'select $$ ; $$; select $a$ ; $$ ; $a$', ['select $$ ; $$', 'select $a$ ; $$ ; $a$']],
    ['parameters, which open no dollar quote', 'select $1; select $2', ['select $1', 'select $2']],
    ['a dollar inside a name', 'select a$$; select b$$', ['select a$$', 'select b$$']],
    ['a line comment', 'select 1 -- ; no\n; select 2', ['select 1 -- ; no', 'select 2']],
    ['nested comments', 'select 1 /* a /* ; */ ; */; select 2', ['select 1 /* a /* ; */ ; */', 'select 2']],
    ['a leading comment', '-- why\nselect 1;', ['-- why\nselect 1']],
    ['comments and semicolons alone', ' ;; -- nothing\n /* here */ ;', []],
    ['an open string', "select 'a; b", ["select 'a; b"]],
    ['an open comment', 'select 1 /* ; select 2', ['select 1 /* ; select 2']],
    ['an operator before a comment', 'select 1+--;\n2; select 3', ['select 1+--;\n2', 'select 3']],
    [
      'unicode names',
      'select größe, "Straße;" from таблица; select 2',
      ['select größe, "Straße;" from таблица', 'select 2']
    ]
  ])('cuts %s', (_, sql, expected) => {
    expect(texts(sql)).toEqual(expected);
  });

  it('gives offsets that point at the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), sql => {
        for (const { text, from, to } of statements(sql)) expect(sql.slice(from, to)).toBe(text);
      })
    );
  });

  it('takes apart what was joined', () => {
    const piece = fc.constantFrom(
      'select 1',
      "select ';'",
      "select E'\\';'",
      'select $q$;$q$',
      '/* ; */ select ";"',
      'select a -- ;\n, b'
    );
    fc.assert(
      fc.property(fc.array(piece), pieces => {
        expect(texts(pieces.join(';\n'))).toEqual(pieces);
      })
    );
  });
});

describe('scan', () => {
  it('covers any text without gaps or overlaps', () => {
    const sqlish = fc.string({ unit: fc.constantFrom(...'aE1 \n\'"$;-/*\\.ü'), maxLength: 40 });
    fc.assert(
      fc.property(sqlish, sql => {
        const tokens = [...scan(sql)];
        expect(tokens.map(({ from, to }) => sql.slice(from, to)).join('')).toBe(sql);
        expect(tokens.every(({ from, to }) => to > from)).toBe(true);
      })
    );
  });
});

describe('statementAt', () => {
  /** The statement meant when the cursor is where `|` stands. */
  const at = (marked: string) => statementAt(marked.replace('|', ''), marked.indexOf('|'))?.text;

  it.each([
    ['inside the first', 'sel|ect 1;\nselect 2', 'select 1'],
    ['inside the second', 'select 1;\nsel|ect 2', 'select 2'],
    ['right behind a semicolon', 'select 1;|\nselect 2', 'select 1'],
    ['at the end of a line with blanks', 'select 1;  |\nselect 2', 'select 1'],
    ['in a comment behind a semicolon', 'select 1; -- fi|rst\nselect 2', 'select 1'],
    ['behind the comment behind a semicolon', 'select 1; -- first|\nselect 2', 'select 1'],
    ['behind a block comment on its line', 'select 1; /* first */|\r\nselect 2', 'select 1'],
    ['behind a block comment between two', 'select 1; /* two */ |select 2', '/* two */ select 2'],
    ['on a blank line between two', 'select 1;\n|\nselect 2', 'select 2'],
    ['behind the last', 'select 1;\nselect 2;\n\n|', 'select 2'],
    ['between two on one line', 'select 1; |select 2', 'select 2'],
    ['in a comment above a statement', 'select 1;\n-- no|te\nselect 2', '-- note\nselect 2'],
    ['before everything', '|\n select 1', 'select 1'],
    ['behind a semicolon inside a string', "select 'a;|b'; select 2", "select 'a;b'"]
  ])('finds the statement with the cursor %s', (_, marked, expected) => {
    expect(at(marked)).toBe(expected);
  });

  it('finds none in a text without statements', () => {
    expect(statementAt('-- nothing\n', 3)).toBeNull();
  });
});
