import { list, oneOf, record, text, type Parsed } from './parse';

const parseFunction = record({
  schema: text,
  name: text,
  kind: oneOf('function', 'aggregate', 'window'),
  /** Such as `text, integer DEFAULT 1`. */
  arguments: text,
  result: text
});
export type DatabaseFunction = Parsed<typeof parseFunction>;

/** Functions that a statement may call by a bare name or by `schema.name`, of each name the first. */
export const parseFunctions = record({ functions: list(parseFunction) });
