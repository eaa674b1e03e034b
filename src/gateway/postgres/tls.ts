import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { TlsConfig } from '../config';
import { GatewayError } from '../gateway-error';

/** Options of TLS for connections to the replica; null to go without. */
export function tlsOptions({ mode, caFile }: TlsConfig): ConnectionOptions | null {
  switch (mode) {
    case 'disable':
      return null;
    case 'require':
      return { rejectUnauthorized: false };
    case 'verify-full':
      return { rejectUnauthorized: true, ...(caFile ? { ca: readAuthorities(caFile) } : {}) };
  }
}

function readAuthorities(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new GatewayError(
      'tls-untrusted',
      `The file of trusted certificate authorities ${file} cannot be read.`,
      {
        subject: file,
        action: 'Correct PGSSLROOTCERT, or remove it to trust the authorities of the system.'
      },
      error
    );
  }
}
