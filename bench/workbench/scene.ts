import type { Jupyter } from '../../demo/jupyter';
import type { StackDescription } from '../../demo/stack';
import type { LabPage } from '../../test/e2e/lab-page';
import type { EngineOptions } from '../engine';
import type { Measurement } from '../measurement';

/** What each bench of the workbench finds: a page of JupyterLab whose gateway reads the large catalog's database. */
export interface Scene extends EngineOptions {
  readonly lab: LabPage;
  readonly jupyter: Jupyter;
  readonly stack: StackDescription;
  /** Of the large catalog; each holds a hundred tables. */
  readonly schemas: number;
}

export type Figure = Omit<Measurement, 'bench'>;

/** One subject of the workbench; leaves the page usable for the next. */
export type Bench = (scene: Scene) => AsyncGenerator<Figure>;
