import { parseWrittenParameter } from '../../contract/history';
import { count, flag, list, nullable, optional, type Parsed, record, text } from '../../contract/parse';
import { parseParameterValues } from './parameter-values';

/** What a panel is opened with, and what of it survives a reload of the page. */
export const parsePanelState = record({
  id: optional(nullable(text), null),
  name: optional(nullable(text), null),
  sql: optional(text, ''),
  /** Starts the statement at once. */
  run: optional(flag, false),
  /** Absent is the default of the settings, null is all rows. */
  rowLimit: optional<number | null | undefined>(nullable(count), undefined),
  /** The relation that a preview panel shows. */
  /** The connection profile that its statements run on: absent is the one in use, null the first one. */
  profile: optional<string | null | undefined>(nullable(text), undefined),
  preview: optional(nullable(record({ schema: text, relation: text })), null),
  /** The query whose result is shown, and the statement that was sent for it. */
  queryId: optional(nullable(text), null),
  sent: optional(
    nullable(record({ text, from: count, parameters: optional(list(parseWrittenParameter), []) })),
    null
  ),
  /** What the fields of parameters hold. */
  parameters: optional(parseParameterValues, []),
  /** The tab in front. */
  tab: optional(text, 'result')
});
export type PanelState = Parsed<typeof parsePanelState>;
