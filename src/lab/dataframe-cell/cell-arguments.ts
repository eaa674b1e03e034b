import { type CellDraft } from '../../sql/python-cell';
import { flag, list, nullable, number, optional, record, text } from '../../contract/parse';
import { type IQueryPanels } from '../tokens';

const parseArguments = record({
  sql: optional(nullable(text), null),
  parameters: optional(
    list(record({ name: text, value: nullable(text), secret: optional(flag, false) })),
    []
  ),
  profile: optional(nullable(text), null),
  snapshot: optional(flag, false),
  code: optional(nullable(text), null),
  /** What all rows would take, as far as that is known. */
  estimatedBytes: optional(nullable(number), null)
});

interface Given {
  /** The statement of the panel in use, for arguments without one. */
  readonly inPanel: () => ReturnType<IQueryPanels['statement']>;
  /** The profile that `db` uses. */
  readonly firstProfile: string | null;
  readonly streamAboveBytes: number;
}

/** What the command was asked for; null when nobody has a statement. */
export function cellDraft(args: unknown, given: Given): CellDraft | null {
  const { snapshot, code, ...asked } = parseArguments(args, 'args');
  const statement = asked.sql === null ? given.inPanel() : null;
  const sql = asked.sql ?? statement?.sql;
  if (!sql) {
    return null;
  }
  const profile = asked.profile ?? statement?.profile ?? null;
  const estimatedBytes = asked.estimatedBytes ?? statement?.estimatedBytes ?? null;
  return {
    ...{ sql, snapshot, code },
    parameters: statement?.parameters ?? asked.parameters,
    profile: profile === given.firstProfile ? null : profile,
    // What goes on with a frame needs all of it.
    stream: code === null && estimatedBytes !== null && estimatedBytes > given.streamAboveBytes
  };
}
