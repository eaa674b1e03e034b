import { stripVTControlCharacters } from 'node:util';
import { autoStopSteps } from './auto-stop';
import { browseSteps } from './browse';
import { catalogSteps } from './catalog';
import { chartCellSteps, chartSteps } from './chart';
import { dataFrameSteps } from './data-frame';
import { exportSteps } from './export';
import { keySteps } from './keys';
import { lookSteps } from './looks';
import { profileSteps } from './profiles';
import { gridSteps } from './grid';
import { querySteps } from './query';
import { roundTripSteps } from './round-trip';
import { sqlCellSteps } from './sql-cell';
import { treeSteps } from './tree';
import { workbenchSteps } from './workbench';
import { StepFailure, type Scene, type Step } from './step';

export interface ScenarioReport {
  /** The step that failed and ended the scenario, or null. */
  readonly failed: string | null;
  readonly reason: string | null;
  /** Of each step that succeeded. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly [fact: string]: unknown;
}

/** The main job, once, as a person does it. */
export const SCENARIO: readonly Step[] = [
  ...browseSteps,
  ...catalogSteps,
  ...treeSteps,
  ...querySteps,
  ...gridSteps,
  ...keySteps,
  ...lookSteps,
  ...chartSteps,
  ...workbenchSteps,
  ...dataFrameSteps,
  ...chartCellSteps,
  ...sqlCellSteps,
  ...roundTripSteps,
  ...exportSteps,
  ...profileSteps,
  ...autoStopSteps
];

export async function runScenario(steps: readonly Step[], scene: Scene): Promise<ScenarioReport> {
  const seconds: Record<string, number> = {};
  for (const step of steps) {
    const startedAt = performance.now();
    try {
      await step.run(scene);
    } catch (error) {
      return { ...scene.seen, seconds, failed: step.name, reason: reasonOf(error) };
    }
    seconds[step.name] = Math.round(performance.now() - startedAt) / 1000;
  }
  return { ...scene.seen, seconds, failed: null, reason: null };
}

/** Playwright's messages go on with a log of what it tried. */
function reasonOf(error: unknown): string {
  if (error instanceof StepFailure || !(error instanceof Error)) {
    return String(error instanceof Error ? error.message : error);
  }
  return stripVTControlCharacters(error.message).split('\n').slice(0, 4).join(' ').trim();
}
