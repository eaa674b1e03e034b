import {
  type CodeMirrorEditor,
  CodeMirrorEditorFactory,
  CodeMirrorMimeTypeService,
  EditorExtensionRegistry,
  EditorLanguageRegistry,
  ybinding
} from '@jupyterlab/codemirror';
import { LabShell, LayoutRestorer } from '@jupyterlab/application';
import { CommandRegistry } from '@lumino/commands';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { parsePanelState } from '../../../src/lab/query-panel/panel-state';
import { QueryPanels } from '../../../src/lab/query-panel/panels';
import { DEFAULT_SETTINGS, type PanelSettings } from '../../../src/lab/query-panel/panel-settings';
import { type QueryPanel } from '../../../src/lab/query-panel/query-panel';
import { ResultTabs } from '../../../src/lab/query-panel/result-tabs';
import { type UsedStatement } from '../../../src/lab/query-panel/used-statement';
import { QueryGateway, until } from './gateway';

type YText = Parameters<typeof ybinding>[0]['ytext'];

/** Panels in Lab's shell over a gateway in which the test decides what becomes of each query. */
export class Stage {
  /** Without plans, but for the tests that are about them. */
  settings: PanelSettings = { ...DEFAULT_SETTINGS, planLight: false };
  /** What was handed on: to where, the statement, the panel's name, the values. */
  readonly used: [string, string, string, unknown][] = [];
  /** What was handed on was thought to take so many bytes. */
  readonly estimates: (number | null)[] = [];
  readonly panels: QueryPanels;

  private constructor(
    readonly gateway: QueryGateway,
    private readonly shell: LabShell
  ) {
    const sent =
      (what: string) =>
      ({ statement, name, estimatedBytes }: UsedStatement) => {
        this.used.push([what, statement.text, name, statement.parameters]);
        this.estimates.push(estimatedBytes);
      };
    this.panels = new QueryPanels(shell, {
      client: gateway.client,
      editors: {
        factoryService: new CodeMirrorEditorFactory({ extensions: labExtensions() }),
        mimeTypeService: new CodeMirrorMimeTypeService(new EditorLanguageRegistry())
      },
      catalog: null,
      profiles: null,
      openOn: () => undefined,
      tabs: new ResultTabs(),
      settings: () => this.settings,
      toDataFrame: () => sent('frame'),
      toExport: () => sent('export'),
      toSave: () => sent('save'),
      toLibrary: () => null
    });
  }

  static async open(): Promise<Stage> {
    const shell = new LabShell();
    Widget.attach(shell, document.body);
    await shell.restoreLayout('multiple-document', nothingToRestore());
    return new Stage(await QueryGateway.start(), shell);
  }

  async panel(state: object): Promise<QueryPanel> {
    const panel = await this.panels.openWith(parsePanelState(state));
    await until(() => panel.isRevealed);
    MessageLoop.flush();
    return panel;
  }

  async close(): Promise<void> {
    this.panels.tracker.forEach(panel => panel.dispose());
    this.shell.dispose();
    await this.gateway.stop();
  }
}

/** The tie between an editor and its model, as Lab registers it. */
function labExtensions(): EditorExtensionRegistry {
  const registry = new EditorExtensionRegistry();
  registry.addExtension({
    name: 'shared-model-binding',
    factory: ({ model }) =>
      EditorExtensionRegistry.createImmutableExtension(
        ybinding({ ytext: (model.sharedModel as unknown as { ysource: YText }).ysource })
      )
  });
  return registry;
}

/** Lab's shell takes no widgets before its layout is restored. */
function nothingToRestore(): LayoutRestorer {
  const connector = {
    fetch: async () => undefined,
    list: async () => ({ ids: [], values: [] }),
    save: async () => undefined,
    remove: async () => undefined
  };
  return new LayoutRestorer({ connector, first: Promise.resolve(), registry: new CommandRegistry() });
}

export const text = (panel: QueryPanel, selector: string) =>
  panel.node.querySelector(selector)?.textContent ?? '';
export const footer = (panel: QueryPanel) => text(panel, '.jp-ReplicaQuery-summary');
export const message = (panel: QueryPanel) =>
  panel.node.querySelector('.jp-ReplicaQuery-message:not(.lm-mod-hidden)')?.textContent ?? '';
export const marks = (panel: QueryPanel) =>
  [...panel.node.querySelectorAll('.jp-ReplicaQuery-errorMark')].map(node => node.textContent);
export const view = (panel: QueryPanel) => (panel.editor.editor as CodeMirrorEditor).editor;
export const rewrite = (panel: QueryPanel, sql: string) =>
  view(panel).dispatch({ changes: { from: 0, to: view(panel).state.doc.length, insert: sql } });
export const messages = (panel: QueryPanel) =>
  [...panel.node.querySelectorAll('.jp-ReplicaQuery-messages > ol > li')].map(node => node.textContent);
export const tabs = (panel: QueryPanel) => {
  MessageLoop.flush();
  return [...panel.node.querySelectorAll('.jp-ReplicaQuery-tabs [role=tab]')].map(node => node.textContent);
};
export const button = (panel: QueryPanel, label: string) =>
  [...panel.node.querySelectorAll<HTMLElement>('button')].find(
    node => node.textContent === label && !node.closest('[hidden]')
  )!;
