import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { COMMANDS } from '../commands';
import { detailsIcon } from '../icons';
import { ICatalogModel, IReplicaClient, type RelationName } from '../tokens';
import { DetailsView } from './details-view';

const NAMESPACE = 'replica-details';

export const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-replica:relation-details',
  description:
    'Tabs with all about a table or view: columns, keys, indexes, partitions, definition, profile.',
  autoStart: true,
  requires: [IReplicaClient, ICatalogModel],
  optional: [ILayoutRestorer],
  activate: (
    { commands, shell }: JupyterFrontEnd,
    client: IReplicaClient,
    catalog: ICatalogModel,
    restorer: ILayoutRestorer | null
  ) => {
    const tracker = new WidgetTracker<MainAreaWidget<DetailsView>>({ namespace: NAMESPACE });
    const open = (name: RelationName) => {
      const known = tracker.find(({ content: { relation } }) => sameName(relation, name));
      if (known) {
        return known;
      }
      const content = new DetailsView({ name, catalog, client, commands });
      const widget = new MainAreaWidget({ content });
      widget.id = `${NAMESPACE}-${JSON.stringify([name.schema, name.relation])}`;
      widget.toolbar.hide();
      widget.title.label = name.relation;
      widget.title.caption = `Details of ${name.schema}.${name.relation}`;
      widget.title.icon = detailsIcon;
      widget.title.closable = true;
      shell.add(widget, 'main', { type: 'Replica' });
      void tracker.add(widget);
      return widget;
    };
    commands.addCommand(COMMANDS.openDetails, {
      label: 'Details of a Replica Table',
      execute: ({ schema, relation }) => {
        if (typeof schema === 'string' && typeof relation === 'string') {
          shell.activateById(open({ schema, relation }).id);
        }
      }
    });
    void restorer?.restore(tracker, {
      command: COMMANDS.openDetails,
      args: ({ content }) => ({ ...content.relation }),
      name: ({ content }) => JSON.stringify(content.relation)
    });
  }
};

const sameName = (a: RelationName, b: RelationName): boolean =>
  a.schema === b.schema && a.relation === b.relation;
