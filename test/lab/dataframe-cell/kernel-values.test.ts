import { type Kernel } from '@jupyterlab/services';
import { panelParameters } from '../../../src/lab/dataframe-cell/kernel-values';

/** A kernel that answers each expression with `answers`, by a part of the expression. */
function kernelWith(status: string, answers: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  const requestExecute = ({ user_expressions }: { user_expressions: Record<string, string> }) => {
    const entries = Object.entries(user_expressions).map(([key, expression]) => {
      asked.push(expression);
      const part = Object.keys(answers).find(name => expression.includes(`[${name}]`));
      return [key, part === undefined ? { status: 'error' } : answers[part]];
    });
    return {
      done: Promise.resolve({ content: { status: 'ok', user_expressions: Object.fromEntries(entries) } })
    };
  };
  return { asked, kernel: { status, requestExecute } as unknown as Kernel.IKernelConnection };
}
const shown = (repr: string) => ({ status: 'ok', data: { 'text/plain': repr }, metadata: {} });

it('hands literal values on, and asks the kernel for those in variables', async () => {
  const { kernel } = kernelWith('idle', { wanted: shown("'{\"a\\'b\"}'"), nothing: shown('None') });
  const parameters = await panelParameters(
    [
      { name: 'literal', value: '1' },
      { name: 'null', value: null },
      { name: 'wanted', expression: 'wanted' },
      { name: 'nothing', expression: 'nothing' },
      { name: 'unknown', expression: 'unknown' }
    ],
    kernel
  );
  expect(parameters.map(({ name, text, isNull }) => [name, text, isNull])).toEqual([
    ['literal', '1', false],
    ['null', null, true],
    ['wanted', '{"a\'b"}', false],
    ['nothing', null, true],
    ['unknown', null, false]
  ]);
});

it('evaluates nothing that calls, and asks no kernel that is at work', async () => {
  const calling = kernelWith('idle', {});
  await panelParameters([{ name: 'a', expression: 'delete_everything()' }], calling.kernel);
  expect(calling.asked).toEqual([]);
  const busy = kernelWith('busy', { a: shown("'1'") });
  const [parameter] = await panelParameters([{ name: 'a', expression: 'a' }], busy.kernel);
  expect(parameter).toMatchObject({ text: null, isNull: false });
  expect(busy.asked).toEqual([]);
});
