import { type IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { type ErrorBody } from '../../contract/errors';
import { type ExportStatus } from '../../contract/export';
import { isFinal } from '../../contract/query';
import { errorBodyOf } from '../gateway-client/failure';
import { type IReplicaClient } from '../tokens';

const POLL_MS = 1_000;

/** The gateway's exports, newest first. Asks again on its own only while one of them runs. */
export class ExportsModel implements IDisposable {
  #exports: readonly ExportStatus[] = [];
  #error: ErrorBody | null = null;
  #timer: number | undefined;
  #reading: Promise<void> | null = null;
  /** Null before the first look. */
  #done: ReadonlySet<string> | null = null;
  #isDisposed = false;
  readonly #changed = new Signal<this, void>(this);
  readonly #written = new Signal<this, void>(this);

  constructor(private readonly client: IReplicaClient) {
    client.exportStarted.connect(this.#onStarted, this);
  }

  get exports(): readonly ExportStatus[] {
    return this.#exports;
  }

  /** Why the list could not be read or changed the last time. */
  get error(): ErrorBody | null {
    return this.#error;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** Emitted when an export is done that was not when the list was read last. */
  get written(): ISignal<this, void> {
    return this.#written;
  }

  /** Never rejects: a failure is told by `error`, and what was known stays. Asks once at a time. */
  refresh(): Promise<void> {
    return (this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    }));
  }

  /** What has changed since the answer under way was asked for is in the one after it. */
  async #refreshAfterChange(): Promise<void> {
    await this.#reading;
    await this.refresh();
  }

  async #read(): Promise<void> {
    window.clearTimeout(this.#timer);
    try {
      this.#exports = await this.client.exports();
      this.#error = null;
    } catch (error) {
      this.#error = errorBodyOf(error);
    }
    if (this.#isDisposed) {
      return;
    }
    window.clearTimeout(this.#timer);
    if (this.#exports.some(status => !isFinal(status))) {
      this.#timer = window.setTimeout(() => void this.refresh(), POLL_MS);
    }
    this.#changed.emit();
    this.#tellWritten();
  }

  #tellWritten(): void {
    const done = this.#exports.filter(({ state }) => state === 'done').map(({ exportId }) => exportId);
    const known = this.#done;
    this.#done = new Set(done);
    if (known && done.some(id => !known.has(id))) {
      this.#written.emit();
    }
  }

  cancel(exportId: string): Promise<void> {
    return this.#change(() => this.client.cancelExport(exportId));
  }

  /** Takes those that have ended out of the list. */
  clear(): Promise<void> {
    return this.#change(() => this.client.clearExports());
  }

  async #change(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#error = errorBodyOf(error);
      this.#changed.emit();
      return;
    }
    await this.#refreshAfterChange();
  }

  /** `overwrite` replaces the object that is there. */
  async retry(exportId: string, overwrite = false): Promise<void> {
    try {
      await this.client.retryExport(exportId, overwrite);
    } catch (error) {
      this.#error = errorBodyOf(error);
      this.#changed.emit();
    }
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  dispose(): void {
    this.#isDisposed = true;
    window.clearTimeout(this.#timer);
    Signal.clearData(this);
  }

  #onStarted(): void {
    void this.#refreshAfterChange();
  }
}
