import { type KernelSpec } from '@jupyterlab/services';
import { pythonKernel } from '../../../src/lab/dataframe-cell/python-kernel';

/** What a server tells of its kernels, given their languages. */
function specs(byDefault: string, languages: Readonly<Record<string, string>>): KernelSpec.ISpecModels {
  const kernels = Object.entries(languages).map(([name, language]) => [
    name,
    { name, language, display_name: name, argv: [], resources: {} }
  ]);
  return { default: byDefault, kernelspecs: Object.fromEntries(kernels) };
}

it.each([
  ['default kernel', specs('conda_python3', { conda_pytorch: 'python', conda_python3: 'python' })],
  ['first Python kernel', specs('ir', { ir: 'R', conda_python3: 'python', python3: 'python' })]
])('asks a server for its %s', (_what, known) => {
  expect(pythonKernel(known)).toBe('conda_python3');
});

it.each([
  ['has none', specs('ir', { ir: 'R' })],
  ['has not told its kernels', null]
])('finds no Python kernel where the server %s', (_what, known) => {
  expect(pythonKernel(known)).toBeNull();
});
