import type { Client } from 'pg';
import type { LabPage } from './lab-page';

/** What the steps of the scenario share: the page, where the export goes, and what they saw on their way. */
export interface Scene {
  readonly lab: LabPage;
  readonly bucket: string;
  readonly exportKey: string;
  /** A connection to the primary as its administrator; who opens it ends it. */
  openPrimary(): Promise<Client>;
  /** Facts for the report. */
  readonly seen: Record<string, string | number>;
}

/** One thing a person does; throws when the product does not answer as it should. */
export interface Step {
  readonly name: string;
  run(scene: Scene): Promise<void>;
}

/** What a step found other than it should be; its message is told as it is. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
}

export function expectThat(condition: boolean, otherwise: string): asserts condition {
  if (!condition) {
    throw new StepFailure(otherwise);
  }
}
