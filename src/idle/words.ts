import { type WorkSignal } from './signals';

/** Minutes as people say them, rounded up so that nothing stops before it was said to. */
export function timeLeftInWords(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes <= 1 ? '1 min' : minutesInWords(minutes);
}

/** Time gone by, rounded down. */
export function agoInWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return minutes < 1 ? 'just now' : `${minutesInWords(minutes)} ago`;
}

export function minutesInWords(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) {
    return `${rest} min`;
  }
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** `silentMs` since its last message, null where Jupyter told none. */
export function kernelInWords(name: string, silentMs: number | null): string {
  const silence = wholeMinutes(silentMs);
  return `kernel “${name}” is busy${silence && `, no output for ${silence}`}`;
}

export function jobInWords(command: string, ageMs: number | null): string {
  return `terminal runs “${command}”${lasting(ageMs)}`;
}

export function workInWords(kind: 'query' | 'export', work: WorkSignal, ageMs: number | null): string {
  return `${kind} ${work.label} runs${lasting(ageMs)} (${work.rows.toLocaleString('en-US')} rows)`;
}

export function cpuInWords(percent: number): string {
  return `programs of yours use ${Math.round(percent)} % of a processor`;
}

const lasting = (ageMs: number | null): string => {
  const age = wholeMinutes(ageMs);
  return age && ` for ${age}`;
};

/** Empty below one minute. */
const wholeMinutes = (ms: number | null): string =>
  ms === null || ms < 60_000 ? '' : minutesInWords(Math.floor(ms / 60_000));
