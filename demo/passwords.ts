import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { record, text, type Parsed } from '../src/contract/parse';

const parsePasswords = record({ admin: text, owner: text, replicator: text, reader: text });
export type Passwords = Parsed<typeof parsePasswords>;

/** The passwords of one set-up: made on the first call, kept in a file that only its owner can read. */
export function passwordsIn(file: string): Passwords {
  if (!existsSync(file)) {
    const passwords: Passwords = {
      admin: randomPassword(),
      owner: randomPassword(),
      replicator: randomPassword(),
      reader: randomPassword()
    };
    writeFileSync(file, JSON.stringify(passwords), { mode: 0o600 });
  }
  return parsePasswords(JSON.parse(readFileSync(file, 'utf8')));
}

function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}
