import { type Field } from '../../../src/contract/query';
import { COPY_FORMATS, type CopyFormatName } from '../../../src/lab/result-grid/copy-format';

const field = (name: string, type: string, arrow: string): Field => ({ name, type, arrow });
const FIELDS = [
  field('constructor', 'bigint', 'Int64'),
  field('a|b', 'numeric(12,2)', 'Decimal[10e+2]'),
  field('text', 'text', 'Utf8'),
  field('flag', 'boolean', 'Bool'),
  field('ratio', 'double precision', 'Float64'),
  field('raw', 'bytea', 'Binary')
];
const ROWS = [
  ['9007199254740993', '1.20', 'it\'s\n"two"|lines', 'true', 'NaN', '\\x00ff'],
  [null, null, '', 'false', '1e+20', null]
];

function copied(name: CopyFormatName, fields = FIELDS, rows = ROWS): string {
  const { header, row, footer } = COPY_FORMATS[name];
  return [...header(fields), ...rows.map(cells => row(cells, fields)), ...footer()].join('\n');
}

it('writes CSV in which NULL and an empty text differ', () => {
  expect(copied('csv')).toBe(
    'constructor,a|b,text,flag,ratio,raw\n9007199254740993,1.20,"it\'s\n""two""|lines",true,NaN,\\x00ff\n,,"",false,1e+20,'
  );
});

it('writes tabs without a header, as spreadsheets paste them', () => {
  expect(copied('tsv').split('\n').at(-1)).toBe('\t\t\tfalse\t1e+20\t');
});

it('writes a Markdown table that no cell breaks', () => {
  expect(copied('markdown').split('\n')).toEqual([
    '| constructor | a\\|b | text | flag | ratio | raw |',
    '| ---: | ---: | --- | --- | ---: | --- |',
    '| 9007199254740993 | 1.20 | it\'s<br>"two"\\|lines | true | NaN | \\\\x00ff |',
    '| NULL | NULL |  | false | 1e+20 | NULL |'
  ]);
});

it('writes Python in which every value keeps its kind and digits', () => {
  expect(copied('python')).toBe(
    "[\n    (9007199254740993, Decimal('1.20'), 'it\\'s\\n\"two\"|lines', True, float('nan'), bytes.fromhex('00ff')),\n" +
      "    (None, None, '', False, 1e+20, None),\n]"
  );
  expect(copied('python', [FIELDS[0]!], [['1'], [null]])).toBe('[\n    1,\n    None,\n]');
});
