import {
  DescribeNotebookInstanceCommand,
  type SageMakerClient,
  StopNotebookInstanceCommand
} from '@aws-sdk/client-sagemaker';
import { record, text, type Parsed } from '../contract/parse';
import { Fault, reasonOf } from './fault';
import { readJson } from './json-file';

const parseMetadata = record({ ResourceArn: text, ResourceName: text });
export type InstanceMetadata = Parsed<typeof parseMetadata>;

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 2_000;

/** What SageMaker tells the instance about itself; throws Fault where it tells nothing. */
export async function readMetadata(file: string): Promise<InstanceMetadata> {
  const metadata = await readJson(file, parseMetadata);
  if (!metadata) {
    throw new Fault(
      `The name of this instance is not known: ${file} is missing or not understood.`,
      'Auto-stop works on SageMaker notebook instances only; elsewhere, leave it off.'
    );
  }
  return metadata;
}

/** The fourth part of an ARN; null where there is none. */
export const regionOf = ({ ResourceArn }: InstanceMetadata): string | null =>
  ResourceArn.split(':')[3] || null;

/** This notebook instance, through the SageMaker API and with the instance's own role. */
export class NotebookInstance {
  constructor(
    private readonly client: SageMakerClient,
    readonly name: string,
    private readonly pause: (ms: number) => Promise<void>
  ) {}

  /** Throws Fault. */
  async describe(): Promise<{ readonly type: string; readonly status: string }> {
    try {
      const { InstanceType, NotebookInstanceStatus } = await this.client.send(
        new DescribeNotebookInstanceCommand({ NotebookInstanceName: this.name })
      );
      return { type: InstanceType ?? '', status: NotebookInstanceStatus ?? '' };
    } catch (error) {
      throw this.fault('describe', error);
    }
  }

  /** Asks again, with growing pauses, what may go better later. Throws Fault; an instance that is stopping already is none. */
  async stop(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.client.send(new StopNotebookInstanceCommand({ NotebookInstanceName: this.name }));
        return;
      } catch (error) {
        if (await this.isStopping()) {
          return;
        }
        if (attempt === ATTEMPTS || isRefusal(error)) {
          throw this.fault('stop', error);
        }
        await this.pause(FIRST_PAUSE_MS * 2 ** (attempt - 1));
      }
    }
  }

  private async isStopping(): Promise<boolean> {
    const described = await this.describe().catch(() => null);
    return described?.status === 'Stopping' || described?.status === 'Stopped';
  }

  private fault(what: 'describe' | 'stop', error: unknown): Fault {
    const action = what === 'stop' ? 'sagemaker:StopNotebookInstance' : 'sagemaker:DescribeNotebookInstance';
    return new Fault(
      `SageMaker did not ${what} the instance ${this.name}: ${reasonOf(error)}.`,
      isRefusal(error)
        ? `Give the instance's role ${action} on its own ARN.`
        : 'Check the interface endpoint sagemaker.api of the subnet, its security group and AWS_REGION.',
      error
    );
  }
}

/** What SageMaker refuses once it refuses always. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && /AccessDenied|UnrecognizedClient|InvalidClientToken/.test(error.name);
}
