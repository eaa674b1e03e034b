import { parseExportRequest, type ExportRequest } from '../../../src/contract/export';
import { parseScaleOutRequest, type ScaleOutRequest } from '../../../src/contract/scale-out';
import { exportStatement } from '../../../src/lab/export-dialog/export-statement';
import { RememberedTargets } from '../../../src/lab/export-dialog/remembered-targets';
import { GatewayClient } from '../../../src/lab/gateway-client/client';
import { ContractServer, type Exchange, sendJson } from '../../support/contract-server';

jest.setTimeout(20_000);

const PLAN = {
  ...{ rows: 4_200_000, bytes: 380_000_000, files: 2, durationMs: 61_000, encryption: null },
  ...{ objectExists: false, newest: null, columns: [], notes: [] }
};
const STATUS = {
  ...{ state: 'running', sql: 'select * from orders', origin: { kind: 'export', label: 'my orders' } },
  ...{ bucket: 'data', key: 'exports/my-orders', uri: 's3://data/exports/my-orders', format: 'parquet' },
  ...{ rowsRead: 0, rowsWritten: 0, bytes: 0, startedAt: '2026-01-01T12:00:00Z', elapsedMs: 0, error: null }
};
let server: ContractServer;
let client: GatewayClient;
let asked: ExportRequest[];
let jobs: ScaleOutRequest[];
let planned: object;

beforeEach(async () => {
  asked = [];
  jobs = [];
  planned = {};
  server = await ContractServer.start(answer);
  client = new GatewayClient(server.settings);
});

afterEach(() => server.stop());

function answer({ method, path, body, response }: Exchange): void {
  if (path.endsWith('v1/exports/plan')) {
    sendJson(response, { ...PLAN, ...planned });
  } else if (path.includes('v1/s3/buckets')) {
    sendJson(response, { buckets: ['data'], dataBucket: null, complete: true });
  } else if (path.includes('v1/s3/folder')) {
    sendJson(response, { prefixes: [], objects: [], complete: true });
  } else if (method === 'GET' && path.endsWith('v1/exports/replica-1')) {
    sendJson(response, { ...STATUS, exportId: 'replica-1', phase: 'Spark: starting' });
  } else if (path.endsWith('v1/scale-out')) {
    jobs.push(parseScaleOutRequest(JSON.parse(body)));
    sendJson(response, { name: 'replica-1' }, 201);
  } else {
    asked.push(parseExportRequest(JSON.parse(body)));
    sendJson(response, { ...STATUS, exportId: 'e1' }, 201);
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 500) throw new Error(`it never came true: ${holds}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

const dialog = () => document.querySelector<HTMLElement>('.jp-Dialog');
const field = (name: string) => document.querySelector<HTMLInputElement>(`.jp-ReplicaExport-${name}`)!;
const press = (label: string) =>
  [...dialog()!.querySelectorAll('button')].find(button => button.textContent?.includes(label))!.click();

/** The destination is remembered, so that only the dialog asks. */
async function start(params: ExportRequest['params'] = []): Promise<void> {
  const remembered = new RememberedTargets(null);
  const place = { bucket: 'data', key: 'exports/my-orders', partitions: '' };
  remembered.remember('my orders', { ...place, kind: 'new-version', format: 'parquet' });
  await exportStatement(client, { sql: 'select * from orders', name: 'my orders', params }, remembered);
}

const SPARK = { instanceTypes: ['ml.m5.xlarge', 'ml.m5.4xlarge'], mostInstances: 4, here: false };
const runsOn = () => document.querySelector<HTMLInputElement>('[aria-label="Runs on"] input:checked');

it.each([
  ['its bytes', { bytes: 30e9 }],
  ['its time', { durationMs: 40 * 60_000 }]
])('proposes Spark for %s where it is set up, and starts it', async (_, large) => {
  planned = { ...large, spark: SPARK };
  const started: string[] = [];
  client.exportStarted.connect((_sender, { exportId }) => started.push(exportId));
  const done = start();
  await until(() => runsOn() !== null && field('key').list !== null);
  expect(runsOn()!.value).toBe('sagemaker');
  expect(runsOn()!.parentElement!.textContent).toBe('Spark on SageMaker (proposed for its size), 2 ×');
  press('Export');
  await done;
  expect(asked).toEqual([]);
  expect(jobs[0]).toMatchObject({
    ...{ sql: 'select * from orders', bucket: 'data', key: 'exports/my-orders' },
    ...{ engine: 'sagemaker', instanceType: 'ml.m5.xlarge', instances: 2 },
    ...{ dataset: { mode: 'new-version', partitionBy: [] }, origin: { kind: 'export', label: 'my orders' } }
  });
  expect(started).toEqual(['replica-1']);
});

it('runs what is small here, unless Spark is chosen, and what Spark cannot do always', async () => {
  planned = { spark: SPARK };
  const done = start();
  await until(() => runsOn() !== null && field('key').list !== null);
  expect(runsOn()!.value).toBe('here');
  document.querySelector<HTMLInputElement>('[aria-label="Runs on"] [value="sagemaker"]')!.checked = true;
  const mode = dialog()!.querySelector<HTMLSelectElement>('select.jp-ReplicaExport-mode')!;
  mode.value = 'append';
  mode.dispatchEvent(new Event('change', { bubbles: true }));
  expect(runsOn()!.closest('[hidden]')).not.toBeNull();
  press('Export');
  await done;
  expect([asked.length, jobs.length]).toEqual([1, 0]);
});

it('takes the type of machines that is chosen, and chooses Spark by it', async () => {
  planned = { spark: SPARK };
  const done = start();
  await until(() => runsOn() !== null && field('key').list !== null);
  const types = document.querySelector<HTMLSelectElement>('[aria-label="Type of the machines"]')!;
  expect([...types.options].map(({ value }) => value)).toEqual(SPARK.instanceTypes);
  types.value = 'ml.m5.4xlarge';
  types.dispatchEvent(new Event('change', { bubbles: true }));
  expect(runsOn()!.value).toBe('sagemaker');
  press('Export');
  await done;
  expect(jobs[0]).toMatchObject({ engine: 'sagemaker', instanceType: 'ml.m5.4xlarge' });
});

it('offers Spark beside the gateway where it is installed, and never proposes it', async () => {
  planned = { bytes: 30e9, spark: { instanceTypes: [], mostInstances: 0, here: true } };
  const done = start();
  await until(() => runsOn() !== null && field('key').list !== null);
  expect(runsOn()!.value).toBe('here');
  expect(document.querySelector('[aria-label="Type of the machines"]')).toBeNull();
  document.querySelector<HTMLInputElement>('[aria-label="Runs on"] [value="local"]')!.click();
  press('Export');
  await done;
  expect(jobs[0]).toMatchObject({ engine: 'local', startedBy: 'gateway', bucket: 'data' });
});

it.each([
  ['is not set up', null, []],
  ['would need parameters', SPARK, ['1']]
])('says nothing of Spark where it %s', async (_, spark, params) => {
  planned = { bytes: 30e9, spark };
  const done = start(params);
  await until(() => dialog()?.textContent.includes('about 30 GB') === true);
  await until(() => field('bucket').list !== null && field('key').list !== null);
  expect(runsOn()).toBeNull();
  press('Cancel');
  await done;
});
