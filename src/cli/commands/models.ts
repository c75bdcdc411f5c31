/** `holdfast models`: what a request may name, tasks first; with `--refresh` the providers are asked what they offer. */

import { createRuntime, type Runtime } from '../../runtime.ts';
import { dim, printJson, type Terminal } from '../terminal.ts';

export interface ModelsCommandOptions {
  readonly json?: boolean;
  readonly refresh?: boolean;
}

/** Exits 5 when providers were to be asked and none answered. */
export async function models(terminal: Terminal, options: ModelsCommandOptions): Promise<number> {
  const runtime = createRuntime();
  try {
    const listings = options.refresh === true ? await refresh(terminal, runtime) : undefined;
    const names = runtime.modelNames();
    if (options.json === true) {
      const providers = listings === undefined ? {} : { providers: listings };
      printJson(terminal, 'holdfast.models/1', { models: names, ...providers });
    } else for (const { name } of names) terminal.out(`${name}\n`);
    return listings?.every(({ problem }) => problem !== undefined) === true ? 5 : 0;
  } finally {
    await runtime.close();
  }
}

async function refresh(terminal: Terminal, runtime: Runtime): ReturnType<Runtime['refreshModels']> {
  const caller = new AbortController();
  const stop = terminal.onSignal(['SIGINT', 'SIGTERM'], () => caller.abort());
  const listings = await runtime.refreshModels(caller.signal);
  stop();
  caller.signal.throwIfAborted();
  for (const { provider, count, problem } of listings) {
    const said = problem === undefined ? `lists ${count} model(s)` : `could not be asked: ${problem}`;
    terminal.talk(`${dim(terminal, `${provider} ${said}`)}\n`);
  }
  return listings;
}
