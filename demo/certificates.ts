import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { generate } from 'selfsigned';

/** In PEM. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** Signs server certificates. */
type Authority = ServerCertificate;

export interface Period {
  readonly notBeforeDate?: Date;
  readonly notAfterDate?: Date;
}

/**
 * Makes a certificate authority and a server certificate for `localhost` and 127.0.0.1.
 * Writes `ca.crt`, which signed it, and `unknown-ca.crt`, which did not; the authority's key is not kept.
 */
export async function makeCertificates(directory: string): Promise<ServerCertificate> {
  const authority = await makeAuthority('jupyterlab-replica demo CA');
  const unknown = await makeAuthority('Unknown CA');
  writeFileSync(path.join(directory, 'ca.crt'), authority.certificate);
  writeFileSync(path.join(directory, 'unknown-ca.crt'), unknown.certificate);
  return makeServerCertificate(authority);
}

/** A certificate for `localhost` and 127.0.0.1, valid in `period`, ten years from now where nothing is said. */
export async function makeServerCertificate(
  authority: Authority,
  period: Period = {}
): Promise<ServerCertificate> {
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...LASTING,
    ...period,
    ca: { key: authority.key, cert: authority.certificate },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' }
        ]
      }
    ]
  });
  return { certificate: server.cert, key: server.private };
}

const TEN_YEARS_MS = 10 * 365 * 86_400_000;

const LASTING = {
  keyType: 'ec' as const,
  algorithm: 'sha256',
  notAfterDate: new Date(Date.now() + TEN_YEARS_MS)
};

export async function makeAuthority(commonName: string, period: Period = {}): Promise<Authority> {
  const authority = await generate([{ name: 'commonName', value: commonName }], {
    ...LASTING,
    ...period,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true }
    ]
  });
  return { certificate: authority.cert, key: authority.private };
}
