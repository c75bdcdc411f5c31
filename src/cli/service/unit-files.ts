/** The files of an installed service: judged, printed, written, removed. */

import { AccessError } from '../../errors.ts';
import { describeFileFault } from '../../host/file-fault.ts';
import { unifiedDiff } from '../../imports/unified-diff.ts';
import type { Printout } from '../context/command.ts';
import type { JudgedFile, ServiceControl, UnitFile } from './control.ts';
import { serviceLine } from './lines.ts';

/** One file is printed as it is, two as `systemctl cat` does. */
export function printFiles({ unit, socket }: ServiceControl): Printout {
  const { path, planned: text = '' } = unit;
  const files = [unit, socket].filter((file) => file?.planned !== undefined);
  const both = files.map((file) => `# ${file?.path}\n${file?.planned}`).join('\n');
  const beside = { path: socket?.path, text: socket?.planned };
  return {
    json: {
      schema: 'holdfast.service-file/1',
      path,
      text,
      ...(files.length > 1 && { socket: beside }),
    },
    out: files.length > 1 ? both : text,
  };
}

export function refuseEdited(
  { plan }: ServiceControl,
  command: 'install' | 'uninstall',
  { path, planned = '', text = '', state }: JudgedFile,
): void {
  if (state !== 'edited') return;
  const ours = { name: 'holdfast service install', text: planned };
  const diff = unifiedDiff({ name: path, text }, ours);
  throw new AccessError(
    'local-fault',
    `${path} was edited by hand and stays as it is:\n${diff.trimEnd()}`,
    {
      fix: `put your own lines into a file beside it (\`systemctl edit\`), or ${command === 'install' ? 'overwrite' : 'remove'} it: ${serviceLine(plan, command, '--force')}`,
    },
  );
}

/** The files have no secrets, so everybody may read them. */
export function writeUnit({ host }: ServiceControl, { path, planned }: UnitFile): void {
  try {
    if (planned === undefined) host.files.remove(path);
    else host.files.writeAtomic(path, planned, 0o644);
  } catch (error) {
    throw cannotWriteUnit(path, error);
  }
}

function cannotWriteUnit(path: string, cause: unknown): AccessError {
  const because = describeFileFault(cause);
  return new AccessError('local-fault', `${path} cannot be written: ${because}`, {
    cause,
    fix: 'a service of the system is set up by root: sudo holdfast service install --system',
  });
}
