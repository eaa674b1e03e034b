import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import { type Widget } from '@lumino/widgets';
import { type QueryModel } from './query-model';
import { type UsedStatement } from './used-statement';

/** What a tab is told of the panel that it belongs to. */
export interface TabContext {
  /** `model.state`, `model.result` and `model.sent` are those of the statement that ran last; `model.changed` tells of others. */
  readonly model: QueryModel;
  /** The statement of the result with its values and profile; null before one ran. */
  used(): UsedStatement | null;
  /** Brings the tab with this id to the front. */
  show(id: string): void;
}

/** One tab below the editor of every query panel. */
export interface ResultTab {
  readonly id: string;
  readonly label: string;
  /** The place among the tabs: Result has 0, Plan 20, Messages 30. */
  readonly rank: number;
  /** The tab's content in one panel, disposed with it. Its `title.label`, if it has one, is shown in place of `label`. */
  create(context: TabContext): Widget;
}

/** The tabs that other plugins bring. Panels that are open get a new one too. */
export class ResultTabs {
  private all: readonly ResultTab[] = [];
  private readonly changedSignal = new Signal<this, void>(this);

  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  get tabs(): readonly ResultTab[] {
    return this.all;
  }

  /** Adds a tab to every panel, until what is returned is disposed. */
  add(tab: ResultTab): IDisposable {
    this.all = [...this.all, tab];
    this.changedSignal.emit();
    return new DisposableDelegate(() => {
      this.all = this.all.filter(known => known !== tab);
      this.changedSignal.emit();
    });
  }
}
