import { arrayTree, jsonTree, type ValueNode } from '../../../src/lab/result-grid/value-tree';

const shape = (node: ValueNode | null): unknown =>
  node && (node.parts ? Object.fromEntries(node.parts.map(part => [part.label, shape(part)])) : node.text);

it('takes JSON apart and keeps the digits of its numbers', () => {
  const tree = jsonTree('{"id": 12345678901234567890.10, "tags": ["a", {"b\\"c": null}], "empty": {}}');
  expect(shape(tree)).toEqual({
    id: '12345678901234567890.10',
    tags: { '0': '"a"', '1': { 'b"c': 'null' } },
    empty: {}
  });
  expect(tree!.text).toBe('{3}');
});

it('takes an array of PostgreSQL apart, with its quotes, NULLs, dimensions and bounds', () => {
  expect(shape(arrayTree('{1,NULL,"NULL","a \\"b\\", {c}"}'))).toEqual({
    '1': '1',
    '2': 'NULL',
    '3': 'NULL',
    '4': 'a "b", {c}'
  });
  expect(shape(arrayTree('[0:1][2:3]={{1,2},{3,4}}'))).toEqual({
    '1': { '1': '1', '2': '2' },
    '2': { '1': '3', '2': '4' }
  });
});

it.each(['', '{', '[1,', '{"a" 1}', 'text', '{}x'])('leaves what is neither as text: %j', text => {
  expect(jsonTree(text)).toBeNull();
});
