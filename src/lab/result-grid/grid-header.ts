import { caretDownEmptyThinIcon } from '@jupyterlab/ui-components';
import { type Field } from '../../contract/query';
import { shortType } from '../../sql/short-type';
import { type Arrangement } from './arrangement';
import { type ColumnLayout, isNumeric } from './column-layout';
import { columnPicture, nullShare, profileWords } from './column-picture';
import { type ColumnProfiles, type KnownProfile } from './column-profiles';
import { followPointer } from './pointer-drag';
import { type RowScene } from './grid-row';

export const HEADER_PX = 58;

/** What the header tells of what a person does there. */
export interface HeaderActions {
  resized(): void;
  /** `extend` from the column selected before. */
  selected(column: number, extend: boolean): void;
  /** Below a place on the page. */
  menu(column: number, x: number, y: number): void;
}

export const headerId = (gridId: string, column: number): string => `${gridId}-header-${column}`;

/** The row of column names, types and pictures. Only the columns on show exist. A column's right edge is dragged to resize it. */
export class GridHeader {
  readonly node = document.createElement('div');
  private readonly corner = document.createElement('div');
  private readonly frozen = document.createElement('div');
  private readonly cells = new Map<number, HeaderCell>();

  constructor(
    private readonly fields: readonly Field[],
    private readonly layout: ColumnLayout,
    private readonly profiles: ColumnProfiles,
    private readonly arrangement: Arrangement,
    private readonly actions: HeaderActions
  ) {
    this.node.className = 'jp-ReplicaGrid-header';
    this.node.setAttribute('role', 'row');
    this.node.setAttribute('aria-rowindex', '1');
    this.corner.className = 'jp-ReplicaGrid-number';
    this.corner.setAttribute('role', 'columnheader');
    this.corner.setAttribute('aria-colindex', '1');
    this.corner.setAttribute('aria-label', 'Row number');
    this.frozen.className = 'jp-ReplicaGrid-frozen';
    this.frozen.setAttribute('role', 'none');
    this.node.append(this.corner, this.frozen);
  }

  /** Shows the headers of the scene's columns where the layout says. */
  show(scene: RowScene): void {
    const { layout, gutterPx, frozenEnd } = scene;
    this.node.style.width = `${gutterPx + layout.fullWidth}px`;
    this.corner.style.width = `${gutterPx}px`;
    this.frozen.style.left = `${gutterPx}px`;
    this.frozen.style.width = `${layout.frozenWidth}px`;
    const wanted = new Set(scene.columns);
    for (const [column, cell] of this.cells) {
      if (!wanted.has(column)) {
        cell.node.remove();
        this.cells.delete(column);
      }
    }
    for (const column of scene.columns) {
      const cell = this.cells.get(column) ?? this.made(column, scene.gridId);
      const isFrozen = column < frozenEnd;
      const parent = isFrozen ? this.frozen : this.node;
      if (cell.node.parentElement !== parent) parent.append(cell.node);
      cell.node.style.left = `${(isFrozen ? 0 : gutterPx) + layout.left(column)}px`;
      cell.node.style.width = `${layout.width(column)}px`;
      cell.node.classList.toggle('jp-mod-active', scene.active?.row === -1 && scene.active.column === column);
      cell.show(
        this.profiles.of(column),
        this.sorting(column),
        this.arrangement.filterOf(column) !== undefined
      );
    }
  }

  private sorting(column: number): Sorting | null {
    const { sort } = this.arrangement.request;
    const place = sort.findIndex(key => key.column === column);
    return place < 0
      ? null
      : { descending: sort[place]!.descending, place: sort.length > 1 ? place + 1 : null };
  }

  private made(column: number, gridId: string): HeaderCell {
    const cell = new HeaderCell(this.fields[column]!, column, gridId);
    this.cells.set(column, cell);
    cell.edge.addEventListener('pointerdown', event => this.startResize(event, column));
    cell.button.addEventListener('pointerdown', event => event.stopPropagation());
    cell.button.addEventListener('click', () => {
      const { left, bottom } = cell.button.getBoundingClientRect();
      this.actions.menu(column, left, bottom);
    });
    cell.node.addEventListener('contextmenu', event => {
      event.preventDefault();
      event.stopPropagation();
      this.actions.menu(column, event.clientX, event.clientY);
    });
    cell.node.addEventListener('pointerdown', event => {
      if (event.button === 0) this.actions.selected(column, event.shiftKey);
    });
    return cell;
  }

  private startResize(event: PointerEvent, column: number): void {
    event.preventDefault();
    event.stopPropagation();
    const startWidth = this.layout.width(column) - event.clientX;
    followPointer(move => {
      this.layout.resize(column, startWidth + move.clientX);
      this.actions.resized();
    });
  }
}

interface Sorting {
  readonly descending: boolean;
  /** From 1, among several sorted columns. */
  readonly place: number | null;
}

class HeaderCell {
  readonly node = document.createElement('div');
  readonly edge = span('jp-ReplicaGrid-resize', '');
  readonly button = document.createElement('button');
  private readonly state = span('jp-ReplicaGrid-sorted', '');
  private readonly nulls = span('jp-ReplicaGrid-nulls', '');
  private readonly picture = span('jp-ReplicaGrid-pictureBox', '');
  private shownProfile: KnownProfile | undefined;

  constructor(
    private readonly field: Field,
    column: number,
    gridId: string
  ) {
    const { node, button } = this;
    node.className = 'jp-ReplicaGrid-columnHeader';
    node.id = headerId(gridId, column);
    node.classList.toggle('jp-mod-number', isNumeric(field.type));
    node.setAttribute('role', 'columnheader');
    node.setAttribute('aria-colindex', String(column + 2));
    node.title = `${field.name}\n${field.type}`;
    button.className = 'jp-ReplicaGrid-menuButton';
    button.tabIndex = -1;
    button.title = 'Sort, filter, freeze, hide';
    button.setAttribute('aria-label', `Menu of column ${field.name}`);
    caretDownEmptyThinIcon.element({ container: button });
    const name = span('jp-ReplicaGrid-columnName', field.name);
    const type = span('jp-ReplicaGrid-columnType', shortType(field.type));
    const first = span('jp-ReplicaGrid-headerLine', '');
    first.append(name, this.state, button);
    const second = span('jp-ReplicaGrid-headerLine', '');
    second.append(type, this.nulls);
    node.append(first, second, this.picture, this.edge);
  }

  show(profile: KnownProfile | undefined, sorting: Sorting | null, isFiltered: boolean): void {
    const arrow = sorting ? `${sorting.descending ? '↓' : '↑'}${sorting.place ?? ''}` : '';
    const state = `${arrow}${isFiltered ? '⊂' : ''}`;
    if (this.state.textContent !== state) this.state.textContent = state;
    this.node.setAttribute('aria-sort', sorting ? (sorting.descending ? 'descending' : 'ascending') : 'none');
    if (profile && profile !== this.shownProfile) {
      this.shownProfile = profile;
      this.nulls.textContent = nullShare(profile);
      this.picture.replaceChildren(columnPicture(profile));
      this.node.title = `${this.field.name}\n${this.field.type}\n\n${profileWords(profile)}`;
    }
  }
}

function span(className: string, text: string): HTMLElement {
  const node = document.createElement('span');
  node.className = className;
  node.textContent = text;
  return node;
}
