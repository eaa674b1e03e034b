import { type CellDraft } from '../../sql/python-cell';
import { flag, list, nullable, number, optional, record, text } from '../../contract/parse';

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

/** What the command was asked for; `sql` is null for the statement of the panel in use. */
export function cellArguments(
  args: unknown,
  streamAboveBytes: number
): Omit<CellDraft, 'sql'> & { readonly sql: string | null } {
  const { estimatedBytes, ...draft } = parseArguments(args, 'args');
  return { ...draft, stream: estimatedBytes !== null && estimatedBytes > streamAboveBytes };
}
