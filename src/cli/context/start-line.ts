/** Says how the gateway of this home is started. */

import { createNodeFiles } from '../../host/node-files.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Environment } from '../../host.ts';
import type { ShellLine } from '../../model/fix.ts';

/** A service that is not installed cannot be started. */
export async function describeStart(environment: Environment): Promise<ShellLine> {
  const { findServiceFile } = await import('../../service/find-file.ts');
  const machine = { environment, files: createNodeFiles() };
  if (findServiceFile(machine, 'user') !== undefined) return shellLine`holdfast service start`;
  return findServiceFile(machine, 'system') === undefined
    ? shellLine`holdfast serve`
    : shellLine`sudo holdfast service start --system`;
}
