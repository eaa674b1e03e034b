import { type Kernel } from '@jupyterlab/services';
import { record, text } from '../../contract/parse';
import { type CellParameter } from '../../sql/query-call';
import { pythonString } from '../../sql/python-tokens';

/** A value for a field of the panel; `text` is null, and `isNull` false, where nobody knows it. */
export interface PanelParameter {
  readonly name: string;
  readonly text: string | null;
  readonly isNull: boolean;
  readonly secret: boolean;
}

/** Names, their parts, and literals: nothing that is called, so that asking changes nothing in the kernel. */
const HARMLESS = /^[\p{L}\p{N}_\s.,:'"[\]{}+-]+$/u;
/** The kernel's answer to `user_expressions`. */
const parseAnswer = record({ data: record({ 'text/plain': text }) });

/** Values as PostgreSQL reads them; what stands in variables is asked of the kernel, unless that is at work. */
export async function panelParameters(
  parameters: readonly CellParameter[],
  kernel: Kernel.IKernelConnection | null
): Promise<readonly PanelParameter[]> {
  const asked = parameters.flatMap((parameter, index) =>
    'expression' in parameter && HARMLESS.test(parameter.expression)
      ? [[`p${index}`, bound(parameter.expression)] as const]
      : []
  );
  const answers = asked.length > 0 && kernel?.status === 'idle' ? await ask(kernel, asked) : {};
  return parameters.map((parameter, index) => {
    const { name } = parameter;
    const value = 'expression' in parameter ? answered(answers[`p${index}`]) : parameter.value;
    return { name, text: value ?? null, isNull: value === null, secret: false };
  });
}

/** `db_connection` itself writes the value as it would bind it. */
const bound = (expression: string): string =>
  `__import__("db_connection").parameters.parameter_texts([${expression}])[0]`;

async function ask(
  kernel: Kernel.IKernelConnection,
  expressions: readonly (readonly [string, string])[]
): Promise<Readonly<Record<string, unknown>>> {
  const future = kernel.requestExecute({
    code: '',
    silent: true,
    store_history: false,
    allow_stdin: false,
    user_expressions: Object.fromEntries(expressions)
  });
  const { content } = await future.done;
  return content.status === 'ok' ? { ...content.user_expressions } : {};
}

/** Null for NULL, undefined for what the kernel could not tell. */
function answered(answer: unknown): string | null | undefined {
  try {
    const shown = parseAnswer(answer, 'answer').data['text/plain'];
    return shown === 'None' ? null : (pythonString(shown) ?? undefined);
  } catch {
    return undefined;
  }
}
