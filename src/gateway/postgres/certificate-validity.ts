import tls from 'node:tls';
import { secondConnection, type ServerPlace } from './second-connection';

/**
 * What is wrong with the dates of the certificates that a server shows, such as `it expired on 2026-11-01 12:00 UTC`; null where
 * that cannot be told. Node refuses such a certificate without saying its dates, so that it is looked at once more, on a
 * connection that sends nothing and trusts nothing.
 */
export async function readValidity(place: ServerPlace, now = Date.now()): Promise<string | null> {
  const look = { ...place, tls: { ...place.tls, rejectUnauthorized: false } };
  try {
    return await secondConnection(look, 'look at the certificate', async socket =>
      socket instanceof tls.TLSSocket ? outOfDate(chainOf(socket.getPeerCertificate(true)), now) : null
    );
  } catch {
    return null;
  }
}

/** The server's certificate, then the authorities above it. */
function chainOf(certificate: tls.DetailedPeerCertificate): readonly tls.DetailedPeerCertificate[] {
  const chain = [certificate];
  for (
    let above = certificate.issuerCertificate;
    above && !chain.includes(above);
    above = above.issuerCertificate
  ) {
    chain.push(above);
  }
  return chain;
}

function outOfDate(chain: readonly tls.DetailedPeerCertificate[], now: number): string | null {
  for (const [depth, { valid_from: from, valid_to: to, subject }] of chain.entries()) {
    const name = depth === 0 ? 'it' : `the authority ${String(subject.CN)} above it`;
    if (Date.parse(to) < now) {
      return `${name} expired on ${minute(to)}`;
    }
    if (Date.parse(from) > now) {
      return `${name} is valid only from ${minute(from)}`;
    }
  }
  return null;
}

function minute(date: string): string {
  return `${new Date(date).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
