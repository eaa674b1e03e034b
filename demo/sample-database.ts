import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Sample } from './postgres';

const FOLDER = path.join(__dirname, 'sample-data');

/** A shop's database of about two million rows times `scale`, the same on every machine. */
export function sampleDatabase(scale: number): Sample {
  const scripts = readdirSync(FOLDER)
    .sort()
    .map(name => readFileSync(path.join(FOLDER, name), 'utf8'));
  return {
    fingerprint: createHash('sha256')
      .update(JSON.stringify([scale, scripts]))
      .digest('hex'),
    schemas: ['public', 'analytics', 'finance', 'support'],
    load: async owner => {
      await owner.query('SELECT set_config($1, $2, false)', ['sample.scale', String(scale)]);
      for (const script of scripts) {
        await owner.query(script);
      }
    }
  };
}
