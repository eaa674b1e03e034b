import { mkdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  AUTO_STOP_FILES,
  parseKeepAwake,
  parseMachine,
  type KeepAwake,
  type Machine
} from '../contract/auto-stop';
import { ContractError, type Parser } from '../contract/parse';
import { GatewayError } from './gateway-error';

/** What gateway and auto-stop program tell each other through files, so that each may start again at any time. */
export class AutoStopFiles {
  constructor(private readonly directory: string) {}

  machine(): Promise<Machine | null> {
    return this.read(AUTO_STOP_FILES.machine, parseMachine);
  }

  keepAwake(): Promise<KeepAwake | null> {
    return this.read(AUTO_STOP_FILES.keepAwake, parseKeepAwake);
  }

  /** The log's path, or null while there is none. */
  async log(): Promise<string | null> {
    const file = path.join(this.directory, AUTO_STOP_FILES.log);
    return (await stat(file).catch(() => null))?.isFile() ? file : null;
  }

  /** Replaces the wish as a whole, so that nobody reads half of one. Null takes it back. */
  async keep(wish: KeepAwake | null): Promise<void> {
    const file = path.join(this.directory, AUTO_STOP_FILES.keepAwake);
    try {
      if (wish === null) {
        await rm(file, { force: true });
        return;
      }
      await mkdir(path.dirname(file), { recursive: true });
      const written = `${file}.${process.pid}`;
      await writeFile(written, JSON.stringify(wish));
      await rename(written, file);
    } catch (error) {
      throw new GatewayError(
        'internal',
        `The wish to stay on cannot be written to ${file}.`,
        { subject: file, action: 'See that the directory exists, is yours and has space left.' },
        error
      );
    }
  }

  /** Leaves nothing behind where no auto-stop program will ever read it. */
  async remove(): Promise<void> {
    const file = path.join(this.directory, AUTO_STOP_FILES.keepAwake);
    await rm(file, { force: true }).catch(() => undefined);
    // Only when nobody else keeps something there.
    await rmdir(path.dirname(file)).catch(() => undefined);
  }

  /** Null when there is no such file, none that may be read, or none that can be understood: what it says is a hint. */
  private async read<T>(name: string, parse: Parser<T>): Promise<T | null> {
    const content = await readFile(path.join(this.directory, name), 'utf8').catch(() => null);
    try {
      return content === null ? null : parse(JSON.parse(content));
    } catch (error) {
      if (error instanceof ContractError || error instanceof SyntaxError) {
        return null;
      }
      throw error;
    }
  }
}
