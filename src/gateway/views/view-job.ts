import { type ErrorBody } from '../../contract/errors';
import { type Profile, type Summary, type ViewRequest } from '../../contract/view';
import { type MadeView } from './make-view';
import { type CsvPart } from './csv-part';
import { type RowRange } from './row-range';
import { type StoredPlace } from './stored-result';

/** What a view thread is asked, by kind, and what it answers. */
export interface ViewAnswers {
  readonly view: MadeView;
  readonly page: Uint8Array<ArrayBuffer>;
  readonly csv: CsvPart;
  readonly summary: Summary;
  readonly profile: Profile;
}

interface Picked {
  readonly range: RowRange;
  readonly columns: readonly number[];
}

export type ViewTask =
  | { readonly kind: 'view'; readonly request: ViewRequest }
  | ({ readonly kind: 'page'; readonly isCut: boolean; readonly pageBytes: number } & Picked)
  | ({ readonly kind: 'csv' } & Picked)
  | ({ readonly kind: 'summary' } & Picked)
  | { readonly kind: 'profile'; readonly columns: readonly number[] };

export interface ViewJob {
  readonly id: number;
  readonly place: StoredPlace;
  readonly task: ViewTask;
}

export type ViewReply =
  | { readonly id: number; readonly answer: ViewAnswers[keyof ViewAnswers] }
  | { readonly id: number; readonly error: ErrorBody };
