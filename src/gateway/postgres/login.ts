import { setTimeout as sleep } from 'node:timers/promises';
import type { Credentials, CredentialsSource } from '../credentials/credentials';
import { GatewayError } from '../gateway-error';
import { Session, type SessionOptions } from './session';

/** Waits between the attempts on a server that is starting, doubled each time. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 1_000;
/** The server is starting up, shutting down or not yet consistent (SQLSTATE cannot_connect_now). */
const NOT_YET = '57P03';

/** Opens physical connections with credentials that are read anew each time. */
export class Login {
  /** A server that has let us in before is restarting when it does not; one that never has is told as unreachable. */
  private known = false;

  constructor(
    private readonly credentials: CredentialsSource,
    /** Read for each connection, so that a missing CA file is an error of the query and not of the start. */
    private readonly options: () => SessionOptions,
    private readonly now: () => number
  ) {}

  /** Waits for a server that restarts, as long as a connection may take. Throws GatewayError. */
  async open(address?: string): Promise<Session> {
    const options = this.options();
    const until = this.now() + options.connectTimeoutMs;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        const session = await this.attempt(options, address);
        this.known = true;
        return session;
      } catch (error) {
        if (!this.mayComeBack(error) || this.now() + waitMs > until) {
          throw error;
        }
      }
      await sleep(waitMs, undefined, { ref: false });
    }
  }

  /** A password that was rotated between reading and use is read once more. */
  private async attempt(options: SessionOptions, address?: string): Promise<Session> {
    const first = await this.credentials.read();
    try {
      return await Session.connect(first, options, address);
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'authentication-failed') {
        throw error;
      }
      const second = await this.credentials.read();
      if (sameLogin(first, second)) {
        throw error;
      }
      return Session.connect(second, options, address);
    }
  }

  private mayComeBack(error: unknown): boolean {
    return (
      error instanceof GatewayError &&
      (error.body.sqlstate === NOT_YET || (this.known && error.code === 'host-unreachable'))
    );
  }
}

function sameLogin(a: Credentials, b: Credentials): boolean {
  return a.user === b.user && a.password === b.password && a.host === b.host;
}
