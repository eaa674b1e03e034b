import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/** As PostgreSQL's scram_iterations has it. */
const ITERATIONS = 4096;
const KEY_BYTES = 32;

/**
 * What PostgreSQL stores of a password, so that the password itself is never sent or logged
 * (RFC 5802; src/common/scram-common.c, scram_build_secret). `salt` is 16 random bytes.
 */
export function scramVerifier(password: string, salt: Buffer): string {
  // PostgreSQL prepares passwords with SASLprep, whose mapping is NFKC for what people can type.
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, ITERATIONS, KEY_BYTES, 'sha256');
  const stored = createHash('sha256').update(keyOf(salted, 'Client Key')).digest('base64');
  const server = keyOf(salted, 'Server Key').toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${server}`;
}

function keyOf(salted: Buffer, name: string): Buffer {
  return createHmac('sha256', salted).update(name).digest();
}
