import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ERROR_CODES } from '../../src/contract/errors';

const page = readFileSync(path.join(__dirname, '../../docs/troubleshooting.md'), 'utf8');
const sections = page.split(/^## /m).slice(1);
const headings = sections.map(section => section.split('\n')[0]);

test('the troubleshooting page has one heading for each error code, in alphabetical order', () => {
  expect(headings).toEqual([...ERROR_CODES].sort());
});

test.each(sections.map(section => section.split('\n')))('%s is explained', (_heading, ...lines) => {
  expect(lines.join(' ').trim().length).toBeGreaterThan(60);
});

test('the page names no environment variable that the gateway does not know', () => {
  const known = ['src/gateway/config.ts', 'python/jupyterlab_replica/node.py', 'src/contract/routes.ts']
    .map(file => readFileSync(path.join(__dirname, '../..', file), 'utf8'))
    .join('\n');
  const named = new Set(page.match(/\b(JUPYTERLAB_REPLICA|PG)[A-Z_]+/g));
  expect([...named].filter(variable => !known.includes(variable))).toEqual([]);
});
