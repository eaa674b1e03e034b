import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generate } from 'selfsigned';
import { askJupyter, runningServers } from '../../src/auto-stop/jupyter';
import { TestJupyter } from './instance-world';

let jupyter: TestJupyter;
beforeAll(async () => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec'
  });
  // As on a notebook instance: https, a certificate that nobody has signed, and no token.
  jupyter = await TestJupyter.start({ certificate: cert, key });
}, 90_000);
afterAll(() => jupyter.stop());

it('asks a server with a certificate of its own, found through its runtime file', async () => {
  const servers = await runningServers(jupyter.runtimeDirectory);
  expect(servers).toMatchObject([{ pid: jupyter.pid, secure: true, token: '' }]);
  await jupyter.api('POST', 'terminals');
  const { kernels, terminals } = await askJupyter(servers[0]!);
  expect(kernels).toEqual([]);
  expect(terminals).toEqual([{ name: '1', lastActivityAt: expect.stringMatching(/^\d{4}-.*Z$/) }]);
});

it('does not ask a server that was killed and left its file behind', async () => {
  const directory = path.join(jupyter.directory, 'left-behind');
  const gone = { pid: 2 ** 22 + 1, hostname: 'localhost', port: 1, base_url: '/', secure: true };
  mkdirSync(directory);
  writeFileSync(path.join(directory, `jpserver-${gone.pid}.json`), JSON.stringify(gone));
  // Where a notebook instance has its server.
  expect(await runningServers(directory)).toMatchObject([{ pid: 0, port: 8443, secure: true }]);
});

it('says what to do about a server that does not answer', async () => {
  const [server] = await runningServers(jupyter.runtimeDirectory);
  await expect(askJupyter({ ...server!, port: 1 })).rejects.toMatchObject({
    message: expect.stringMatching(/^The Jupyter server at port 1 cannot be asked: .*ECONNREFUSED/),
    fix: expect.stringContaining('systemctl status jupyter-server')
  });
});
