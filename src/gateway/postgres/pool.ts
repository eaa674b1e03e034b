import type { CredentialsSource } from '../credentials/credentials';
import { GatewayError } from '../gateway-error';
import { Login } from './login';
import type { Session, SessionOptions } from './session';
import { type Claim, WaitingLine } from './waiting-line';

/** An unused connection is given back to the server after this time. */
const IDLE_MS = 5 * 60_000;
/** Networks forget a silent connection: one that has been unused for longer is asked before it is used. */
const FRESH_MS = 15_000;
const ANSWER_MS = 2_000;
/** A server without room for another connection is not asked again for so long. */
const FULL_MS = 5_000;

interface IdleSession {
  readonly session: Session;
  readonly since: number;
  readonly timer: NodeJS.Timeout;
}

interface Waiter {
  readonly claim: Claim;
  /** The server that a new connection must be on, where it matters. */
  readonly address: string | undefined;
  /** True when nobody waits any more. */
  settled(): boolean;
  /** False when nobody waits any more. */
  give(session: Session): boolean;
  fail(error: unknown): void;
}

/** The physical connections to the replica: at most `size`, shared out evenly between those who ask. */
export class Pool {
  private readonly login: Login;
  private idle: readonly IdleSession[] = [];
  private readonly inUse = new Map<Session, Claim>();
  /** Those for whom a connection is being opened or asked whether it still answers. */
  private readonly served = new Set<Waiter>();
  private readonly line = new WaitingLine<Waiter>();
  private full: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(
    credentials: CredentialsSource,
    options: () => SessionOptions,
    private readonly size: number,
    private readonly now: () => number = Date.now
  ) {
    this.login = new Login(credentials, options, now);
  }

  /** What there is at this moment. */
  get counts(): { readonly idle: number; readonly inUse: number; readonly waiting: number } {
    return { idle: this.idle.length, inUse: this.inUse.size, waiting: this.line.length };
  }

  /** A session of one's own until `release`. Waits for a free one; `signal` gives the place in the queue up. */
  acquire(signal: AbortSignal, claim: Claim = NOBODY, address?: string): Promise<Session> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      if (this.closed) {
        throw stopping();
      }
      let settled = false;
      const settle = () => {
        settled = true;
        signal.removeEventListener('abort', leave);
      };
      const waiter: Waiter = {
        claim,
        address,
        settled: () => settled,
        give: session => {
          if (settled) {
            return false;
          }
          settle();
          this.inUse.set(session, claim);
          resolve(session);
          return true;
        },
        fail: error => {
          settle();
          reject(error);
        }
      };
      const leave = () => {
        waiter.fail(signal.reason);
        if (this.line.remove(waiter)) {
          this.line.tellPlaces(this.held());
        }
      };
      signal.addEventListener('abort', leave);
      this.line.add(waiter);
      this.serve();
    });
  }

  /**
   * Another session for the same asker, a new one on the same server, when there is room at this moment; it never waits
   * for others. One that was opened earlier may be on another server of that name.
   */
  async acquireBeside(leader: Session, signal: AbortSignal): Promise<Session | null> {
    if (this.line.length > 0 || !this.hasRoom()) {
      return null;
    }
    const { origin } = this.inUse.get(leader) ?? NOBODY;
    return this.acquire(signal, { ...NOBODY, origin }, leader.serverAddress);
  }

  release(session: Session): void {
    this.inUse.delete(session);
    this.keep(session);
    this.serve();
  }

  close(): void {
    this.closed = true;
    if (this.full) {
      clearTimeout(this.full);
    }
    this.idle.forEach(({ session }) => this.discard(session));
    for (let waiter = this.line.next(NOTHING_HELD); waiter; waiter = this.line.next(NOTHING_HELD)) {
      waiter.fail(stopping());
    }
  }

  /** Serves as many as there are connections for, and tells the others their places. */
  private serve(): void {
    while (this.line.length > 0 && this.hasRoom()) {
      const waiter = this.line.next(this.held());
      if (waiter) {
        this.served.add(waiter);
        void this.provide(waiter);
      }
    }
    this.line.tellPlaces(this.held());
  }

  private hasRoom(): boolean {
    const open = this.inUse.size + this.served.size;
    return this.idle.length > 0 || (open < this.size && (!this.full || open === 0));
  }

  private async provide(waiter: Waiter): Promise<void> {
    try {
      const session = (await this.reuse(waiter.address)) ?? (await this.login.open(waiter.address));
      this.served.delete(waiter);
      if (!waiter.give(session)) {
        this.keep(session);
      }
    } catch (error) {
      this.served.delete(waiter);
      this.refuse(waiter, error);
    }
    this.serve();
  }

  /** The connection to that server that was used last, if it still answers. */
  private async reuse(address: string | undefined): Promise<Session | null> {
    const last = () =>
      [...this.idle].reverse().find(({ session }) => !address || session.serverAddress === address);
    for (let entry = last(); entry; entry = last()) {
      const { session, since, timer } = entry;
      clearTimeout(timer);
      this.idle = this.idle.filter(one => one !== entry);
      const fresh = this.now() - since < FRESH_MS;
      if (session.usable && (fresh || (await session.answers(ANSWER_MS)))) {
        return session;
      }
    }
    const oldest = this.idle[0];
    if (oldest && this.idle.length + this.inUse.size + this.served.size > this.size) {
      // The new connection takes the place of one to another server.
      this.discard(oldest.session);
    }
    return null;
  }

  /**
   * Where the server has no room for another connection, one of ours that gets free will do; not for one that is wanted
   * beside a session of the same asker, who gives none back before it has an answer.
   */
  private refuse(waiter: Waiter, error: unknown): void {
    const isFull = error instanceof GatewayError && error.code === 'too-many-connections';
    const mayWait = waiter.address === undefined && !waiter.settled();
    if (!isFull || !mayWait || this.inUse.size + this.served.size === 0 || this.closed) {
      waiter.fail(error);
      return;
    }
    this.line.add(waiter);
    this.full ??= setTimeout(() => {
      this.full = null;
      this.serve();
    }, FULL_MS).unref();
  }

  private keep(session: Session): void {
    if (!session.usable || this.closed) {
      session.close();
      return;
    }
    const timer = setTimeout(() => this.discard(session), IDLE_MS);
    timer.unref();
    this.idle = [...this.idle, { session, since: this.now(), timer }];
  }

  private discard(session: Session): void {
    this.idle
      .filter(entry => entry.session === session)
      .forEach(({ timer }) => {
        clearTimeout(timer);
        session.close();
      });
    this.idle = this.idle.filter(entry => entry.session !== session);
  }

  /** How many connections each origin has. */
  private held(): ReadonlyMap<string, number> {
    const held = new Map<string, number>();
    const claims = [...this.inUse.values(), ...[...this.served].map(({ claim }) => claim)];
    claims.forEach(({ origin }) => held.set(origin, (held.get(origin) ?? 0) + 1));
    return held;
  }
}

const NOBODY: Claim = { origin: '', moved: () => undefined };
const NOTHING_HELD: ReadonlyMap<string, number> = new Map();

function stopping(): GatewayError {
  return new GatewayError('gateway-unavailable', 'The gateway is stopping.');
}
