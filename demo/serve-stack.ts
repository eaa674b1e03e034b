/**
 * Runs the stack for another program: prints one JSON line with the stack's description and the environment that a
 * gateway needs, and ends everything when its standard input ends or on SIGTERM. Only the state directory is left.
 *
 *     tsx demo/serve-stack.ts STATE_DIRECTORY PYTHON_ENVIRONMENT [SCALE]
 */
import { removeOutsideData } from './postgres-setup';
import { environmentFor, freshUserState, startStack } from './stack';

async function main(): Promise<void> {
  const [stateDir, pythonEnvironment, scale = '0.01'] = process.argv.slice(2);
  if (!stateDir || !pythonEnvironment) {
    throw new Error('Usage: tsx demo/serve-stack.ts STATE_DIRECTORY PYTHON_ENVIRONMENT [SCALE]');
  }
  const stack = await startStack({
    stateDir,
    pythonEnvironment,
    scale: Number(scale),
    log: line => process.stderr.write(`${line}\n`)
  });
  const asked = new Promise<void>(resolve => {
    process.stdin.on('end', resolve).resume();
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  const environment = { ...environmentFor(stack.description), ...freshUserState(stateDir) };
  process.stdout.write(`${JSON.stringify({ stack: stack.description, environment })}\n`);
  await asked;
  await stack.stop();
  removeOutsideData(stateDir);
  process.stdin.destroy();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
