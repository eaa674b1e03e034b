import { type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IThemeManager } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { COMMANDS } from '../commands';
import { asWritten } from '../query-panel/used-statement';
import { IQueryPanels } from '../tokens';
import { type ChartChoice } from './chart-choice';
import { chartCode } from './chart-code';
import { ChartView } from './chart-view';

export const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-replica:quick-chart',
  description: 'A chart of the result, drawn by JupyterLab’s own Vega-Lite renderer.',
  autoStart: true,
  requires: [IQueryPanels, IRenderMimeRegistry],
  optional: [IThemeManager],
  activate: (
    { commands }: JupyterFrontEnd,
    panels: IQueryPanels,
    rendermime: IRenderMimeRegistry,
    themes: IThemeManager | null
  ) => {
    panels.tabs.add({
      id: 'chart',
      label: 'Chart',
      rank: 10,
      create: context => {
        const toCell = commands.hasCommand(COMMANDS.dataframeCell)
          ? (choice: ChartChoice) => {
              const { result } = context.model;
              const used = context.used();
              if (used && result) {
                const code = chartCode(result.fields, choice);
                void commands.execute(COMMANDS.dataframeCell, { ...asWritten(used), code });
              }
            }
          : null;
        const view = new ChartView(context, rendermime, toCell);
        themes?.themeChanged.connect(view.update, view);
        return view;
      }
    });
  }
};
