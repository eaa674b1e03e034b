import { readFile, readlink } from 'node:fs/promises';
import type { ProgramProcess } from '../../contract/scale-out';

/** States of a process that does nothing more: it waits for its parent to notice, or is being removed. */
const ENDED = ['Z', 'X', 'x'];

/** Whether a process of this machine has ended; false too where that cannot be told. */
export async function hasEnded({ namespace, pid, started }: ProgramProcess): Promise<boolean> {
  const own = await readlink('/proc/self/ns/pid').catch(() => null);
  if (own !== namespace) {
    return false;
  }
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name, the second field, may hold anything; the state comes after it, and the start is the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ENDED.includes(fields[0] ?? '') || fields[19] !== started;
  } catch (error) {
    return (
      (error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH'
    );
  }
}
