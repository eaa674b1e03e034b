import { type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { plugin as catalog } from './lab/catalog/plugin';
import { plugin as dataframeCell } from './lab/dataframe-cell/plugin';
import { plugin as exportDialog } from './lab/export-dialog/plugin';
import { plugin as frameHeader } from './lab/frame-header/plugin';
import { plugin as gateway } from './lab/gateway-client/plugin';
import { plugin as idleTimer } from './lab/idle-timer/plugin';
import { plugin as profiles } from './lab/profiles/plugin';
import { plugin as queryLibrary } from './lab/query-library/plugin';
import { plugin as queryPanel } from './lab/query-panel/plugin';
import { plugin as quickChart } from './lab/quick-chart/plugin';
import { plugin as relationDetails } from './lab/relation-details/plugin';
import { plugin as schemaBrowser } from './lab/schema-browser/plugin';
import { plugin as sqlCell } from './lab/sql-cell/plugin';

const plugins: readonly JupyterFrontEndPlugin<unknown>[] = [
  gateway,
  profiles,
  catalog,
  schemaBrowser,
  relationDetails,
  queryPanel,
  quickChart,
  queryLibrary,
  dataframeCell,
  frameHeader,
  sqlCell,
  exportDialog,
  idleTimer
];

export default plugins;
