/**
 * The path by which JupyterLab opens `file`, or null when it lies outside the server's root. Both are written as
 * JupyterLab writes its root: from `~` where they lie in the home directory.
 */
export function pathInLab(file: string, serverRoot: string): string | null {
  const root = serverRoot.replace(/\/+$/, '');
  return file.startsWith(`${root}/`) ? file.slice(root.length + 1) : null;
}
