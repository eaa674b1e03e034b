/** Room on the disk, asked for before anything is installed. */
import { statfsSync } from 'node:fs';
import { SetupFailure } from './setup-failure.mjs';

const GB = 1e9;

export function ensureDiskSpace(directory, neededGb) {
  const { bavail, bsize } = statfsSync(directory);
  const freeGb = (bavail * bsize) / GB;
  if (freeGb < neededGb) {
    throw new SetupFailure(
      `${directory} has ${freeGb.toFixed(1)} GB free and this needs about ${neededGb} GB: make room and start again.`
    );
  }
}
