import { type IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { type IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { type Message } from '@lumino/messaging';
import { PanelLayout, Widget } from '@lumino/widgets';
import { errorBodyOf } from '../gateway-client/failure';
import { exactCount } from '../human-numbers';
import { type ResultModel } from '../result-grid/result-model';
import { type TabContext } from '../query-panel/result-tabs';
import { type ChartChoice, defaultChoice } from './chart-choice';
import { ChartControls } from './chart-controls';
import { chartRows, MOST_ROWS } from './chart-rows';
import { chartSpec } from './chart-spec';
import { vegaModel, VEGA_LITE } from './vega-model';

/** Draws the result of a panel while its tab is in front. `toCell` puts a chart's code into the notebook; null where there is none. */
export class ChartView extends Widget {
  private readonly parts = new PanelLayout();
  private readonly note = document.createElement('div');
  private controls: ChartControls | null = null;
  private renderer: IRenderMime.IRenderer | null = null;
  private drawn: string | null = null;
  private result: ResultModel | null = null;
  private choice: ChartChoice | null = null;
  private reading = new AbortController();

  constructor(
    private readonly context: TabContext,
    private readonly rendermime: IRenderMimeRegistry,
    private readonly toCell: ((choice: ChartChoice) => void) | null
  ) {
    super();
    this.addClass('jp-ReplicaChart');
    this.layout = this.parts;
    this.note.className = 'jp-ReplicaChart-note';
    this.note.setAttribute('role', 'status');
    this.parts.addWidget(new Widget({ node: this.note }));
    context.model.changed.connect(this.update, this);
  }

  override dispose(): void {
    this.reading.abort();
    super.dispose();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.update();
  }

  protected override onUpdateRequest(): void {
    if (this.isVisible) void this.refresh();
  }

  private async refresh(): Promise<void> {
    const { result } = this.context.model;
    if (result !== this.result) this.begin(result);
    if (!result || !this.choice || !result.isComplete || result.rowCount === 0) {
      this.say(
        !result || result.isComplete
          ? 'Run a statement that has rows; the chart is drawn from them.'
          : 'The chart is drawn once all rows are here.'
      );
      return;
    }
    if (!this.rendermime.mimeTypes.includes(VEGA_LITE)) {
      this.say(
        'JupyterLab’s Vega-Lite renderer is disabled. Enable @jupyterlab/vega5-extension to see charts.'
      );
      return;
    }
    // Vega-Lite draws its colours into the picture, so that another theme needs another one.
    const key = JSON.stringify([this.choice, result.arrangement.viewId, result.rowCount, this.colours()]);
    if (key !== this.drawn) {
      this.drawn = key;
      await this.draw(result, this.choice);
    }
  }

  private begin(result: ResultModel | null): void {
    this.reading.abort();
    this.result = result;
    this.drawn = null;
    this.choice = result && defaultChoice(result.fields);
    this.controls?.dispose();
    this.renderer?.dispose();
    this.controls = this.renderer = null;
    if (result && this.choice) {
      const { toCell } = this;
      this.controls = new ChartControls(
        result.fields,
        this.choice,
        choice => {
          this.choice = choice;
          this.update();
        },
        toCell && (() => this.choice && toCell(this.choice))
      );
      this.parts.insertWidget(0, this.controls);
      result.changed.connect(this.update, this);
    }
  }

  private async draw(result: ResultModel, choice: ChartChoice): Promise<void> {
    this.reading.abort();
    const { signal } = (this.reading = new AbortController());
    this.say('Reading rows…');
    try {
      const rows = await chartRows(result, choice, signal);
      const spec = chartSpec(result.fields, choice, rows, this.colours());
      if (signal.aborted) return;
      this.renderer?.dispose();
      // It takes the size of the place in which it stands.
      this.renderer = this.rendermime.createRenderer(VEGA_LITE);
      this.renderer.addClass('jp-ReplicaChart-picture');
      this.parts.addWidget(this.renderer);
      await this.renderer.renderModel(vegaModel(spec));
      if (signal.aborted) return;
      this.say(
        rows.length < result.rowCount
          ? `Drawn from ${exactCount(rows.length)} of ${exactCount(result.rowCount)} rows, stretches all over them: a chart holds ${exactCount(MOST_ROWS)}.`
          : `Drawn from all ${exactCount(rows.length)} rows${result.isTruncated ? ' that were read' : ''}.`
      );
    } catch (error) {
      if (!signal.aborted) this.say(`No chart: ${errorBodyOf(error).message}`);
    }
  }

  private say(text: string): void {
    if (this.note.textContent !== text) this.note.textContent = text;
  }

  private colours() {
    const style = getComputedStyle(this.node);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    return {
      text: colour('--jp-ui-font-color1'),
      grid: colour('--jp-border-color2'),
      mark: colour('--jp-brand-color1')
    };
  }
}
