import type { Credentials, CredentialsSource } from '../credentials/credentials';
import { GatewayError } from '../gateway-error';
import { Session, type SessionOptions } from './session';

/** An unused connection is given back to the server after this time. */
const IDLE_MS = 5 * 60_000;

interface Waiter {
  readonly signal: AbortSignal;
  readonly resolve: (session: Session) => void;
  readonly reject: (error: unknown) => void;
}

/** The physical connections to the replica: at most `size`, handed out in the order of asking. */
export class Pool {
  private readonly idle: { readonly session: Session; readonly timer: NodeJS.Timeout }[] = [];
  private readonly waiting: Waiter[] = [];
  private open = 0;
  private closed = false;

  constructor(
    private readonly credentials: CredentialsSource,
    /** Read for each connection, so that a missing CA file is an error of the query and not of the start. */
    private readonly options: () => SessionOptions,
    private readonly size: number
  ) {}

  /** A session of one's own until `release`. Waits for a free one; `signal` gives the place in the queue up. */
  async acquire(signal: AbortSignal): Promise<Session> {
    signal.throwIfAborted();
    const free = this.takeIdle();
    if (free) {
      return free;
    }
    if (this.open < this.size) {
      return this.connect(signal);
    }
    return this.enqueue(signal);
  }

  release(session: Session): void {
    if (!session.usable || this.closed) {
      session.close();
      this.open--;
      this.replace();
      return;
    }
    const waiter = this.waiting.shift();
    if (waiter) {
      waiter.resolve(session);
      return;
    }
    const timer = setTimeout(() => this.discard(session), IDLE_MS);
    timer.unref();
    this.idle.push({ session, timer });
  }

  close(): void {
    this.closed = true;
    this.idle.splice(0).forEach(({ session, timer }) => {
      clearTimeout(timer);
      session.close();
      this.open--;
    });
    const error = new GatewayError('gateway-unavailable', 'The gateway is stopping.');
    this.waiting.splice(0).forEach(waiter => waiter.reject(error));
  }

  private takeIdle(): Session | null {
    for (let entry = this.idle.pop(); entry; entry = this.idle.pop()) {
      clearTimeout(entry.timer);
      if (entry.session.usable) {
        return entry.session;
      }
      this.open--;
    }
    return null;
  }

  private enqueue(signal: AbortSignal): Promise<Session> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        const place = this.waiting.indexOf(waiter);
        if (place >= 0) {
          this.waiting.splice(place, 1);
          reject(signal.reason);
        }
      };
      const waiter: Waiter = {
        signal,
        resolve: session => {
          signal.removeEventListener('abort', leave);
          resolve(session);
        },
        reject: error => {
          signal.removeEventListener('abort', leave);
          reject(error);
        }
      };
      signal.addEventListener('abort', leave);
      this.waiting.push(waiter);
    });
  }

  /** Opens a connection; when `signal` aborts, the caller is let go at once and the connection kept for others. */
  private async connect(signal: AbortSignal): Promise<Session> {
    this.open++;
    const connecting = this.openSession();
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    try {
      return await Promise.race([connecting, aborted]);
    } catch (error) {
      connecting.then(
        session => this.release(session),
        () => {
          this.open--;
          this.replace();
        }
      );
      throw error;
    }
  }

  /** Reads the credentials anew; a password that was rotated between reading and use is read once more. */
  private async openSession(): Promise<Session> {
    const first = await this.credentials.read();
    try {
      return await Session.connect(first, this.options());
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'authentication-failed') {
        throw error;
      }
      const second = await this.credentials.read();
      if (sameLogin(first, second)) {
        throw error;
      }
      return Session.connect(second, this.options());
    }
  }

  /** A place became free: the first who waits gets a new connection. */
  private replace(): void {
    const waiter = this.closed ? undefined : this.waiting.shift();
    if (waiter) {
      this.connect(waiter.signal).then(waiter.resolve, waiter.reject);
    }
  }

  private discard(session: Session): void {
    const place = this.idle.findIndex(entry => entry.session === session);
    if (place >= 0) {
      this.idle.splice(place, 1);
      session.close();
      this.open--;
    }
  }
}

function sameLogin(a: Credentials, b: Credentials): boolean {
  return a.user === b.user && a.password === b.password && a.host === b.host;
}
