import { type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { COMMANDS } from '../commands';
import { IQueryPanels } from '../tokens';
import { chartCode } from './chart-code';
import { ChartView } from './chart-view';

export const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-replica:quick-chart',
  description: 'A chart of the result, drawn by JupyterLab’s own Vega-Lite renderer.',
  autoStart: true,
  requires: [IQueryPanels, IRenderMimeRegistry],
  activate: ({ commands }: JupyterFrontEnd, panels: IQueryPanels, rendermime: IRenderMimeRegistry) => {
    panels.tabs.add({
      id: 'chart',
      label: 'Chart',
      rank: 10,
      create: context => {
        const toCell = commands.hasCommand(COMMANDS.dataframeCell)
          ? (choice: Parameters<typeof chartCode>[1]) => {
              const { sent, result } = context.model;
              if (sent && result) {
                const code = chartCode(result.fields, choice);
                void commands.execute(COMMANDS.dataframeCell, { sql: sent.text, code });
              }
            }
          : null;
        return new ChartView(context, rendermime, toCell);
      }
    });
  }
};
