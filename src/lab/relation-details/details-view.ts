import { Clipboard } from '@jupyterlab/apputils';
import { type CommandRegistry } from '@lumino/commands';
import { type Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { COMMANDS } from '../commands';
import { errorNotice } from '../error-notice';
import { errorBodyOf } from '../gateway-client/failure';
import { exactCount, humanBytes, humanCount } from '../human-numbers';
import { RELATION_ICONS } from '../icons';
import { type Target } from '../schema-browser/row-text';
import { type ICatalogModel, type IReplicaClient, type RelationName } from '../tokens';
import { columnsSection } from './columns-section';
import { button, element } from './element';
import { definitionText, readFacts, type Facts } from './facts';
import { FullProfile } from './full-profile';
import {
  definitionSection,
  grantNotice,
  grantsSection,
  indexesSection,
  keysSection,
  partitionsSection,
  referencesSection
} from './sections';

interface Options {
  readonly name: RelationName;
  readonly catalog: ICatalogModel;
  readonly client: IReplicaClient;
  readonly commands: CommandRegistry;
}

/** All about one relation, read again with each refresh of the catalog. */
export class DetailsView extends Widget {
  readonly #body = element('div', 'jp-Replica-detailsBody');
  #catalogShown: unknown = null;
  #profile: FullProfile | null = null;
  #reading = 0;

  constructor(private readonly options: Options) {
    super();
    this.addClass('jp-Replica-details');
    this.node.tabIndex = -1;
    // The widget's own label is JupyterLab's, which names all tabs alike.
    this.#body.setAttribute('role', 'region');
    this.#body.setAttribute('aria-label', `Details of ${options.name.relation}`);
    this.node.append(this.#body);
    this.#body.append(element('p', 'jp-Replica-detailsDim', 'Reading…'));
    options.catalog.changed.connect(this.readAgain, this);
    this.readAgain();
  }

  get relation(): RelationName {
    return this.options.name;
  }

  override dispose(): void {
    this.#profile?.stop();
    this.options.catalog.changed.disconnect(this.readAgain, this);
    super.dispose();
  }

  protected override onActivateRequest(_: Message): void {
    this.node.focus();
  }

  private readAgain(): void {
    const { catalog } = this.options.catalog;
    if (catalog && catalog !== this.#catalogShown) {
      this.#catalogShown = catalog;
      void this.read();
    }
  }

  private async read(): Promise<void> {
    const reading = ++this.#reading;
    const { catalog, name } = this.options;
    const content = await readFacts(catalog, name).then(
      facts => this.shown(facts),
      (error: unknown) => [
        errorNotice(errorBodyOf(error), [{ label: 'Try again', run: () => void this.read() }])
      ]
    );
    if (reading === this.#reading && !this.isDisposed) {
      // A refresh keeps the place.
      const { scrollTop } = this.node;
      this.#body.replaceChildren(...content);
      this.node.scrollTop = scrollTop;
    }
  }

  private shown(facts: Facts): readonly Node[] {
    const open = (target: Target) => void this.options.commands.execute(COMMANDS.openDetails, { ...target });
    this.#profile?.stop();
    this.#profile = new FullProfile(this.options.client, facts);
    return [
      this.head(facts),
      grantNotice(facts),
      columnsSection(facts, open),
      facts.details.grants.includes('SELECT') && facts.columns.length > 0 ? this.#profile.node : null,
      keysSection(facts, open),
      referencesSection(facts, open),
      indexesSection(facts),
      facts.details.partitionKey !== null || facts.details.bounds !== null
        ? partitionsSection(facts, open)
        : null,
      definitionSection(facts),
      grantsSection(facts)
    ].filter(part => part !== null);
  }

  private head(facts: Facts): HTMLElement {
    const { name, relation, details } = facts;
    const icon = RELATION_ICONS[relation.kind].element({ tag: 'span', width: '18px', height: '18px' });
    const title = element('h2', '', icon, element('bdi', '', `${name.schema}.${name.relation}`));
    const { commands } = this.options;
    const run = (command: string) => () => void commands.execute(command, { ...name });
    const buttons = element(
      'div',
      'jp-Replica-detailsButtons',
      commands.hasCommand(COMMANDS.preview) ? button('Preview', run(COMMANDS.preview)) : null,
      commands.hasCommand(COMMANDS.queryRelation) ? button('Query', run(COMMANDS.queryRelation)) : null,
      commands.hasCommand(COMMANDS.relationExport)
        ? button('Export to S3…', run(COMMANDS.relationExport))
        : null,
      button('Copy as CREATE', () => Clipboard.copyToSystem(definitionText(facts)))
    );
    const comment = details.comment === null ? null : element('p', '', details.comment);
    return element('header', '', title, sizes(facts), comment, buttons);
  }
}

function sizes({ relation, details }: Facts): HTMLElement {
  const { rowEstimate, tableBytes, indexBytes, owner } = details;
  const line = element('p', 'jp-Replica-detailsDim');
  const facts: (readonly [string, string] | null)[] = [
    [relation.kind.replaceAll('-', ' '), ''],
    rowEstimate === null
      ? null
      : [`about ${humanCount(rowEstimate)} rows`, `${exactCount(rowEstimate)} by the planner's estimate`],
    tableBytes === null ? null : [humanBytes(tableBytes), `${exactCount(tableBytes)} bytes`],
    indexBytes ? [`${humanBytes(indexBytes)} of indexes`, `${exactCount(indexBytes)} bytes`] : null,
    [`owner ${owner}`, '']
  ];
  facts
    .filter(fact => fact !== null)
    .forEach(([text, title], index) => {
      const part = element('span', '', text);
      part.title = title;
      line.append(index > 0 ? ' · ' : '', part);
    });
  return line;
}
