import { Clipboard } from '@jupyterlab/apputils';
import { type ErrorBody } from '../../contract/errors';
import { type NoticeButton } from '../error-notice';
import { type ICatalogModel } from '../tokens';
import { relationsNamed } from './completion';
import { type CauseAction, knownCause } from './error-causes';
import { type PanelActions } from './panel-actions';
import { type ReplicaFoot } from './replica-foot';

/** An error with what this page knows of its cause, and what can be done at once. */
export interface Advice {
  readonly error: ErrorBody;
  readonly buttons: readonly NoticeButton[];
}

/** Finds causes with what the panel knows of its catalog and its user. */
export class ErrorAdvice {
  constructor(
    private readonly catalog: ICatalogModel | null,
    private readonly foot: Pick<ReplicaFoot, 'user'>,
    private readonly actions: PanelActions
  ) {}

  /** The error as it is shown, with its first button the one that helps. */
  on(error: ErrorBody, sql: string): Advice {
    const catalog = this.catalog?.catalog ?? null;
    const columns = relationsNamed(sql, catalog).flatMap(relation => {
      const state = this.catalog?.columnsState(relation);
      return state?.kind === 'ready' ? state.columns.map(({ name }) => name) : [];
    });
    const cause = knownCause(error, { catalog, columns, user: catalog?.role ?? this.foot.user });
    const again = { label: 'Run again', run: () => this.actions.runAgain() };
    if (!cause) {
      return { error, buttons: error.code === 'syntax-error' ? [] : [again] };
    }
    const button = cause.action && this.button(cause.action);
    const isFinal = error.code === 'syntax-error' || cause.action?.kind === 'run-again';
    return {
      error: { ...error, action: cause.sentence },
      buttons: [...(button ? [button] : []), ...(isFinal ? [] : [again])]
    };
  }

  private button(action: CauseAction): NoticeButton | null {
    const { actions } = this;
    switch (action.kind) {
      case 'copy':
        return { label: action.label, run: () => Clipboard.copyToSystem(action.text) };
      case 'replace':
        return { label: action.label, run: () => actions.replaceMarked(action.text) };
      case 'run-again':
        return { label: 'Run again', run: () => actions.runAgain() };
      case 'show-running':
        return actions.running && { label: 'My running queries', run: actions.running };
      case 'fill-parameters':
        return { label: 'Show parameters', run: () => actions.fillParameters() };
    }
  }
}
