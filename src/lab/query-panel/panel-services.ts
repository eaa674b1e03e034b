import { type IEditorServices } from '@jupyterlab/codeeditor';
import { type ICatalogModel, type IProfiles, type IReplicaClient } from '../tokens';
import { type PanelSettings } from './panel-settings';
import { type PanelState } from './panel-state';
import { type ResultTabs } from './result-tabs';
import { type UsedStatement } from './used-statement';

/** `now` asks nothing that an answer is remembered of. */
export type UseStatement = (used: UsedStatement, now?: boolean) => void;

/** What panels need of the application. Null is a feature that is not there. */
export interface PanelServices {
  readonly client: IReplicaClient;
  readonly editors: IEditorServices;
  readonly catalog: ICatalogModel | null;
  readonly profiles: IProfiles | null;
  /** What other plugins show of a result. */
  readonly tabs: ResultTabs;
  /** Opens a panel with the same statement on another profile. */
  readonly openOn: (state: PanelState) => void;
  readonly settings: () => PanelSettings;
  toDataFrame(): UseStatement | null;
  toExport(): UseStatement | null;
  toSave(): UseStatement | null;
  /** Shows what was run, what runs, or what is kept. */
  toLibrary(): ((view: 'history' | 'running' | 'saved') => void) | null;
}
