import { readFileSync } from 'node:fs';

/** getrusage also counts the memory of the process that started this one; Linux's VmHWM does not. */
export function peakRssMb(): number {
  if (process.platform !== 'linux') {
    return process.resourceUsage().maxRSS / 1024;
  }
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
