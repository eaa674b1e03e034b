/** A prerequisite that is missing: told in one line, without a stack trace. */
export class SetupFailure extends Error {}

/** Runs `main`; a SetupFailure becomes one line and exit code 1. */
export async function runScript(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    const known = error instanceof SetupFailure || error.constructor.name === 'BuildError';
    process.stderr.write(`${known ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}
