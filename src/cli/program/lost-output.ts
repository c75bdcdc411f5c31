/** The message and the exit status for a stdout that cannot be written. */

import { AccessError } from '../../errors.ts';
import { describeFileFault } from '../../host/file-fault.ts';
import { explainError, toExitStatus } from '../terminal/exit.ts';

export function explainLostOutput(fault: Error): {
  readonly text: string;
  readonly status: number;
} {
  const error = new AccessError(
    'local-fault',
    `stdout cannot be written: ${describeFileFault(fault)}`,
    { fix: 'make room there, or write it to another place' },
  );
  return { text: explainError(error), status: toExitStatus(error) };
}
