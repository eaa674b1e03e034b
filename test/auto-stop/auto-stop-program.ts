import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildGateway } from '../../scripts/build-gateway.mjs';

export interface ProgramEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The auto-stop program as it is shipped: one file, alone in its directory. */
export class AutoStopProgram {
  private constructor(readonly directory: string) {}

  static async build(): Promise<AutoStopProgram> {
    const built = mkdtempSync(path.join(os.tmpdir(), 'bundle-'));
    const program = new AutoStopProgram(mkdtempSync(path.join(os.tmpdir(), 'program-')));
    await buildGateway(built);
    copyFileSync(path.join(built, 'auto-stop.js'), program.file);
    rmSync(built, { recursive: true });
    return program;
  }

  get file(): string {
    return path.join(this.directory, 'auto-stop.js');
  }

  /** With nothing in its environment but this, PATH and a home of its own. */
  run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<ProgramEnd> {
    const env = { PATH: process.env['PATH'], HOME: this.directory, ...environment };
    return new Promise(resolve => {
      const child = execFile(
        process.execPath,
        [this.file, ...args],
        { env, cwd: this.directory },
        (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr })
      );
    });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
