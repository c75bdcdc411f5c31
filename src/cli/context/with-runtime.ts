/**
 * Opens the runtime for a command and always closes it. It is imported here on demand, so that
 * `--help` stays fast.
 */

import { type Paths, resolvePaths } from '../../config/files/paths.ts';
import { ConfigError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { Runtime, RuntimeOptions } from '../../runtime.ts';
import { type CommandContext, printStoreFaults, type Terminal } from '../terminal/terminal.ts';

/** Options for reading the configuration: silent, and a provider without keys is no error. */
export const quietly: RuntimeOptions = { mayLackKeys: true, onEvent: () => undefined };

/** Like `quietly`, on the state that all processes share. */
export const inPlace: RuntimeOptions = { ...quietly, store: 'in-place' };

/** A command's runtime works with the host of the command. */
export type CommandRuntimeOptions = RuntimeOptions & { readonly host: Host };

export async function withRuntime<T>(
  options: CommandRuntimeOptions,
  use: (runtime: Runtime) => T | Promise<T>,
): Promise<T> {
  const { createRuntime } = await import('../../runtime.ts');
  const runtime = createRuntime(options);
  try {
    return await use(runtime);
  } finally {
    await runtime.close();
  }
}

/**
 * Like `withRuntime`, but returns undefined after an expected error, such as a missing
 * configuration.
 */
export async function withRuntimeUnless<T>(
  isExpected: (error: unknown) => boolean,
  options: CommandRuntimeOptions,
  use: (runtime: Runtime) => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await withRuntime(options, use);
  } catch (error) {
    if (isExpected(error)) return undefined;
    throw error;
  }
}

/** Matches an invalid configuration, which other commands report in full. */
export function isConfigUnusable(error: unknown): boolean {
  return error instanceof ConfigError;
}

/** Opens the shared state, and passes a signal that SIGINT and SIGTERM abort. */
export async function withState<T>(
  { terminal, host }: Pick<CommandContext, 'terminal' | 'host'>,
  use: (runtime: Runtime, signal: AbortSignal) => Promise<T>,
  options: RuntimeOptions = {},
): Promise<T> {
  const onEvent = printStoreFaults(terminal);
  return withRuntime({ ...inPlace, onEvent, ...options, host }, (runtime) =>
    untilSignal(terminal, (signal) => use(runtime, signal)),
  );
}

/** Runs until it is done, or until one of `signals` aborts it. */
export async function untilSignal<T>(
  terminal: Terminal,
  use: (signal: AbortSignal) => Promise<T>,
  signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'],
): Promise<T> {
  const caller = new AbortController();
  const stop = terminal.onSignal(signals, () => caller.abort());
  try {
    return await use(caller.signal);
  } finally {
    stop();
  }
}

/** Runs `use` with a host and the paths of the user's files. `given` defaults to this process. */
export async function withFiles<T>(
  use: (host: Host, paths: Paths) => T | Promise<T>,
  given?: Host,
): Promise<T> {
  if (given !== undefined) return use(given, resolvePaths(given.environment));
  const { createNodeHost } = await import('../../host/node-host.ts');
  const host = createNodeHost();
  try {
    return await use(host, resolvePaths(host.environment));
  } finally {
    await host.close();
  }
}
