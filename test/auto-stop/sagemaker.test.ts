import { readFileSync } from 'node:fs';
import http from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import path from 'node:path';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { freePort } from '../../demo/free-port';
import { check } from '../../src/auto-stop/check';
import { NotebookInstance } from '../../src/auto-stop/instance';
import { readRecording, RecordedInstance } from './recorded-instance';

/** What SageMaker answers; null hangs up. */
type Answer = { readonly status: number; readonly type: string; readonly message?: string } | null;

const THROTTLED: Answer = { status: 400, type: 'ThrottlingException', message: 'Rate exceeded' };
const DENIED: Answer = {
  status: 400,
  type: 'AccessDeniedException',
  message: 'User: notebook is not authorized to perform: sagemaker:StopNotebookInstance'
};

/** A SageMaker with faults: asked to stop the instance it answers with the next of `answers`, then with success. */
class FaultySageMaker {
  readonly asked: string[] = [];
  answers: Answer[] = [];
  /** What a question for the instance's state is answered with. */
  state = 'InService';
  private readonly server = http.createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    this.asked.push(operation);
    request.resume().once('end', () => this.answer(operation, response));
  });

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get stops(): number {
    return this.asked.filter(operation => operation === 'StopNotebookInstance').length;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(operation: string, response: http.ServerResponse): void {
    const answer = operation === 'StopNotebookInstance' ? this.answers.shift() : undefined;
    if (answer === null) {
      response.destroy();
    } else if (answer) {
      const { status, type, message } = answer;
      this.send(response, status, { __type: type, message });
    } else {
      this.send(response, 200, { NotebookInstanceStatus: this.state, InstanceType: 'ml.t3.medium' });
    }
  }

  private send(response: http.ServerResponse, status: number, body: object): void {
    response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  }
}

let sageMaker: FaultySageMaker;
let endpoint: string;
let pauses: number[];
beforeEach(async () => {
  pauses = [];
  sageMaker = new FaultySageMaker();
  endpoint = await sageMaker.start();
});
afterEach(() => sageMaker.stop());

const notebook = (at = endpoint) =>
  new NotebookInstance(
    new SageMakerClient({
      ...{ endpoint: at, region: 'eu-central-1', maxAttempts: 1 },
      credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' }
    }),
    'features',
    async ms => void pauses.push(ms)
  );

describe('a stop', () => {
  it('is asked for again, after longer and longer pauses, when SageMaker throttles', async () => {
    sageMaker.answers = [THROTTLED, THROTTLED, THROTTLED];
    await notebook().stop();
    expect(sageMaker.stops).toBe(4);
    expect(pauses).toEqual([2_000, 4_000, 8_000]);
  });

  it('is asked for again when the connection breaks', async () => {
    sageMaker.answers = [null, null];
    await notebook().stop();
    expect(sageMaker.stops).toBe(3);
  });

  it('is given up after four times, and says where to look', async () => {
    sageMaker.answers = [THROTTLED, null, THROTTLED, THROTTLED];
    await expect(notebook().stop()).rejects.toMatchObject({
      message: 'SageMaker did not stop the instance features: Rate exceeded.',
      fix: expect.stringContaining('interface endpoint sagemaker.api')
    });
    expect(sageMaker.stops).toBe(4);
  });

  it('has come to its end when the instance is stopping, whatever the answer was', async () => {
    sageMaker.answers = [null];
    sageMaker.state = 'Stopping';
    await notebook().stop();
    expect(sageMaker.stops).toBe(1);
  });

  it('that the role may not ask for is not asked for again, and names the permission', async () => {
    sageMaker.answers = [DENIED];
    await expect(notebook().stop()).rejects.toMatchObject({
      message: expect.stringContaining('is not authorized to perform: sagemaker:StopNotebookInstance'),
      fix: "Give the instance's role sagemaker:StopNotebookInstance on its own ARN."
    });
    expect(sageMaker.stops).toBe(1);
    expect(pauses).toEqual([]);
  });

  it('of an endpoint that nobody answers at says what to check', async () => {
    const nowhere = notebook(`http://127.0.0.1:${await freePort()}`);
    await expect(nowhere.stop()).rejects.toMatchObject({
      message: expect.stringContaining('ECONNREFUSED'),
      fix: expect.stringContaining('security group')
    });
    expect(pauses).toHaveLength(3);
  });
});

describe('a stop that SageMaker keeps refusing', () => {
  let instance: RecordedInstance;
  beforeEach(async () => {
    instance = await RecordedInstance.start(readRecording('nobody'), {
      JUPYTERLAB_REPLICA_STOPPER: 'sagemaker'
    });
  });
  afterEach(() => instance.stop());

  const checkAt = async (minutes: number) => {
    instance.minutesLater = minutes;
    return check({ ...instance.world, instance: async () => notebook() }, false);
  };

  it('is tried after 2, 4, 8 … minutes, not with every check, and the page is told', async () => {
    sageMaker.answers = Array.from({ length: 100 }, () => DENIED);
    const failures: number[] = [];
    for (let minute = 0; minute <= 400; minute += 2) {
      const { outcome } = await checkAt(minute);
      if (outcome === 'failed') {
        failures.push(minute);
      }
    }
    const pausesBetween = failures.slice(1).map((minute, index) => minute - (failures[index] ?? 0));
    expect(pausesBetween.slice(0, 7)).toEqual([2, 4, 8, 16, 32, 60, 60]);
    expect(sageMaker.stops).toBe(failures.length);
    const machine = await instance.world.files.machine();
    expect(machine?.postponed?.why).toMatch(/^The stop has failed \d+ times and is tried again 1 h later/);
  });

  it('is logged with what to do, and forgotten as soon as somebody is there', async () => {
    sageMaker.answers = [DENIED];
    for (const minute of [1, 9]) {
      await checkAt(minute);
    }
    expect((await checkAt(17)).details.join()).toContain(
      "Give the instance's role sagemaker:StopNotebookInstance on its own ARN."
    );
    const log = readFileSync(path.join(instance.directory, 'auto-stop.log'), 'utf8').trim().split('\n');
    expect(log.at(-1)).toContain('on its own ARN.');
    instance.recording = { ...readRecording('typing'), at: instance.recording.at };
    await checkAt(18);
    expect((await instance.world.files.memory())?.failed).toBeNull();
    expect((await instance.world.files.machine())?.postponed).toBeNull();
  });
});
