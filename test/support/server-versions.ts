import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { Client } from 'pg';
import type { ServerCertificate } from '../../demo/certificates';
import { EMBEDDED, type PostgresBinaries, type PostgresPackage } from '../../demo/postgres-binaries';
import { freePort } from '../../demo/free-port';
import { connect, type ServerOptions, startServer } from '../../demo/postgres-server';
import { createPrimary, give, openSetup, removeOutsideData } from '../../demo/postgres-setup';
import type { Credentials } from '../../src/gateway/credentials/credentials';
import { secondConnection } from '../../src/gateway/postgres/second-connection';

/** Every major version the product is for; 18 is the one that the test stack runs. */
export const MAJOR_VERSIONS = [13, 14, 15, 16, 17, 18] as const;
export type MajorVersion = (typeof MAJOR_VERSIONS)[number];

/** One empty server of a given version, reached by its superuser over TLS. */
export interface VersionedServer {
  readonly credentials: Credentials;
  readonly caFile: string;
  /** A plain connection, for what the test sets up. */
  connect(): Promise<Client>;
  /** Ends it at once, as an administrator in a hurry does, and starts it again on the same port. */
  restart(): Promise<void>;
  /** Shows another certificate to those who connect from now on; `admin` is a connection that is there already. */
  useCertificate(certificate: ServerCertificate, admin: Client): Promise<void>;
  stop(): Promise<void>;
}

/** From test/servers, which brings the older ones. */
function packageOf(version: MajorVersion): PostgresPackage {
  return version === 18
    ? EMBEDDED
    : {
        name: `postgres-${version}-${process.platform}-${process.arch}`,
        requiredBy: path.join(__dirname, '..', 'servers', 'package.json')
      };
}

/** Starts a server of `version` on a free port of the loopback address; `settings` as in postgresql.conf. */
export function startVersion(
  version: MajorVersion,
  settings: Readonly<Record<string, string>> = {}
): Promise<VersionedServer> {
  return startServerOf(packageOf(version), settings);
}

/** As `startVersion`, with PostgreSQL's programs from elsewhere. */
export async function startServerOf(
  source: PostgresPackage | PostgresBinaries,
  settings: Readonly<Record<string, string>> = {}
): Promise<VersionedServer> {
  const stateDir = mkdtempSync(path.join(tmpdir(), 'replica-server-'));
  // PostgreSQL's account must be able to pass through when the tests run as root.
  chmodSync(stateDir, 0o711);
  const setup = openSetup(stateDir, () => undefined, source);
  await createPrimary(setup);
  const port = await freePort();
  const admin = { user: 'postgres', password: setup.passwords.admin };
  const caFile = path.join(stateDir, 'ca.crt');
  const options: ServerOptions = {
    name: `PostgreSQL ${setup.binaries.majorVersion}`,
    binaries: setup.binaries,
    account: setup.account,
    dataDirectory: path.join(setup.serverDir, 'primary'),
    logFile: path.join(stateDir, 'server.log'),
    port,
    settings: {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      ssl: 'on',
      ssl_cert_file: path.join(setup.serverDir, 'server.crt'),
      ssl_key_file: path.join(setup.serverDir, 'server.key'),
      password_encryption: 'scram-sha-256',
      fsync: 'off',
      ...settings
    },
    access: ['hostssl all all 127.0.0.1/32 scram-sha-256'],
    admin,
    caFile
  };
  let server = await startServer(options);
  const address = { host: 'localhost', port };
  return {
    credentials: { ...address, database: 'postgres', ...admin },
    caFile,
    connect: () => connect(address, 'postgres', admin, caFile),
    restart: async () => {
      await server.stop();
      server = await startServer(options);
    },
    useCertificate: async ({ certificate, key }, admin) => {
      give(setup, 'server.crt', certificate);
      give(setup, 'server.key', key);
      await admin.query('SELECT pg_reload_conf()');
      while ((await shownCertificate(port)) !== new X509Certificate(certificate).fingerprint256) {
        await sleep(20);
      }
    },
    stop: async () => {
      await server.stop();
      removeOutsideData(stateDir);
      rmSync(stateDir, { recursive: true, force: true });
    }
  };
}

/** SHA-256 of the certificate that a new connection is shown. */
function shownCertificate(port: number): Promise<string | null> {
  const place = {
    address: '127.0.0.1',
    host: 'localhost',
    port,
    tls: { rejectUnauthorized: false },
    timeoutMs: 10_000
  };
  return secondConnection(place, 'look at the certificate', async socket =>
    socket instanceof TLSSocket ? socket.getPeerCertificate().fingerprint256 : null
  );
}
