import { rmSync } from 'node:fs';
import './start-stack';

export default async function stop(): Promise<void> {
  const running = globalThis.replicaTestStack;
  await running?.stack.stop();
  if (running) {
    rmSync(running.stateDir, { recursive: true, force: true });
  }
}
