/** Runs one case of the engine benchmark; ../case-process.ts has the protocol. `node case-main.js CASE TABLE` */
import { createInterface } from 'node:readline';
import type { Peaks, Run } from '../case-process';
import { openCopy } from './copy';
import { openDrain } from './drain';
import { openExport } from './export';
import { openGatewayArrow } from './gateway-arrow';
import { openGatewaySpool } from './gateway-spool';
import { readReplicaAccess, type Reader, type ReplicaAccess } from './reader';
import { peakRssMb } from '../peak-rss';

const CASES: Readonly<Record<string, (access: ReplicaAccess, table: string) => Promise<Reader>>> = {
  limit: openCopy,
  drain: openDrain,
  'gateway-arrow': openGatewayArrow,
  'gateway-spool': (access, table) => openGatewaySpool(access, table, 1),
  'export-zstd': (access, table) =>
    openExport(access, table, { compression: 'zstd', to: 'nowhere', pages: false, connections: 1 }),
  'export-snappy': (access, table) =>
    openExport(access, table, { compression: 'snappy', to: 'nowhere', pages: false, connections: 1 }),
  'export-parallel-2': (access, table) =>
    openExport(access, table, { compression: 'zstd', to: 'nowhere', pages: false, connections: 2 }),
  'export-pages': (access, table) =>
    openExport(access, table, { compression: 'zstd', to: 'nowhere', pages: true, connections: 1 }),
  'export-s3': (access, table) =>
    openExport(access, table, { compression: 'zstd', to: 's3', pages: false, connections: 1 }),
  'parallel-2': (access, table) => openGatewaySpool(access, table, 2)
};

async function main(): Promise<void> {
  const [name = '', table = ''] = process.argv.slice(2);
  const open = CASES[name];
  if (!open) {
    throw new Error(`There is no case "${name}": use one of ${Object.keys(CASES).join(', ')}.`);
  }
  const reader = await open(readReplicaAccess(process.env), table);
  print({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'run') {
      print(await measured(reader));
    }
  }
  await reader.close();
  print({ peakRssMb: peakRssMb(), gatewayPeakRssMb: null } satisfies Peaks);
}

async function measured(reader: Reader): Promise<Run> {
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  const rows = await reader.read();
  const seconds = (performance.now() - before) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    ...{ seconds, cpuSeconds: (user + system) / 1e6, rows },
    fileBytes: reader.fileBytes?.() ?? null,
    pageP99Ms: reader.pageP99Ms?.() ?? null
  };
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
