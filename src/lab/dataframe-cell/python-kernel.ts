import { type KernelSpec } from '@jupyterlab/services';

/** The server's default kernel if that speaks Python, else the first that does, by name; null without one. */
export function pythonKernel(specs: KernelSpec.ISpecModels | null): string | null {
  const kernels = Object.values(specs?.kernelspecs ?? {}).filter(spec => spec?.language === 'python');
  const meant = kernels.find(spec => spec?.name === specs?.default) ?? kernels[0];
  return meant?.name ?? null;
}
