/** Where the log of `holdfast serve` goes: to stderr on a terminal, else to files. */

import type { LogOptions } from '../../logs/create-log.ts';
import type { Runtime } from '../../runtime.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** `isTrial` writes no files. */
export function chooseLogOptions(
  { isInteractive }: Terminal,
  { host, paths, config }: Pick<Runtime, 'host' | 'paths' | 'config'>,
  isTrial: boolean,
): LogOptions {
  const { folder = paths.logFolder, format, keep } = config().log;
  const auto = isInteractive || isTrial ? 'text' : 'json';
  return { host, folder, keep, format: format === 'auto' ? auto : format };
}
