import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { generate } from 'selfsigned';

export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Makes a certificate authority and a server certificate for `localhost` and 127.0.0.1.
 * Writes `ca.crt`, which signed it, and `unknown-ca.crt`, which did not; the authority's key is not kept.
 */
export async function makeCertificates(directory: string): Promise<ServerCertificate> {
  const authority = await makeAuthority('jupyterlab-replica demo CA');
  const unknown = await makeAuthority('Unknown CA');
  writeFileSync(path.join(directory, 'ca.crt'), authority.cert);
  writeFileSync(path.join(directory, 'unknown-ca.crt'), unknown.cert);
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...LASTING,
    ca: { key: authority.private, cert: authority.cert },
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

function makeAuthority(commonName: string) {
  return generate([{ name: 'commonName', value: commonName }], {
    ...LASTING,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true }
    ]
  });
}
