import { Widget } from '@lumino/widgets';
import { exactCount } from '../human-numbers';
import { ROW_LIMITS, rowLimitOf } from './row-limits';

/** The toolbar's choice of how many rows are read. */
export class LimitSelect extends Widget {
  constructor(limit: number | null, chosen: (limit: number | null) => void) {
    super();
    this.addClass('jp-ReplicaQuery-limit');
    const select = document.createElement('select');
    select.setAttribute('aria-label', 'Row limit');
    select.title = 'How many rows are read. The statement is sent as it is.';
    for (const candidate of ROW_LIMITS) {
      const value = candidate === null ? 'all' : String(candidate);
      const label = candidate === null ? 'all rows' : `${exactCount(candidate)} rows`;
      select.add(new Option(label, value, false, candidate === limit));
    }
    select.addEventListener('change', () => chosen(rowLimitOf(select.value)));
    this.node.append(select);
  }

  set limit(limit: number | null) {
    this.node.querySelector('select')!.value = limit === null ? 'all' : String(limit);
  }
}
