import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startStack, type Stack } from '../../demo/stack';
import { STACK_VARIABLE } from './stack';

declare global {
  var replicaTestStack: { readonly stack: Stack; readonly stateDir: string } | undefined;
}

export default async function start(): Promise<void> {
  const stateDir = mkdtempSync(path.join(tmpdir(), 'replica-test-'));
  // PostgreSQL's account must be able to pass through when the tests run as root.
  chmodSync(stateDir, 0o711);
  const stack = await startStack({
    stateDir,
    pythonEnvironment: path.join(__dirname, '../../.venv'),
    scale: 0.01,
    log: line => process.stderr.write(`${line}\n`)
  });
  globalThis.replicaTestStack = { stack, stateDir };
  // Jest does not tear down when it is interrupted; leaving by `exit` asks the servers to end.
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  process.env[STACK_VARIABLE] = JSON.stringify(stack.description);
}
