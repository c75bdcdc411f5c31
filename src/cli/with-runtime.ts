/** What every command over the engine does: opens a runtime on the shared state, listens for signals, and closes it in any case. */

import { createRuntime, type Runtime, type RuntimeOptions } from '../runtime.ts';
import type { Terminal } from './terminal.ts';

/**
 * Runs `use` with a runtime and a signal that is aborted by SIGINT and SIGTERM. A provider without any key is no error
 * here: commands about keys are there to tell.
 */
export async function withRuntime<T>(
  terminal: Terminal,
  options: RuntimeOptions,
  use: (runtime: Runtime, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const runtime = createRuntime({ store: 'in-place', mayLackKeys: true, ...options });
  const caller = new AbortController();
  const stop = terminal.onSignal(['SIGINT', 'SIGTERM'], () => caller.abort());
  try {
    return await use(runtime, caller.signal);
  } finally {
    stop();
    await runtime.close();
  }
}
