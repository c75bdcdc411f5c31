/** `holdfast models`: what a request may name, tasks first; with `--refresh` the providers are asked what they offer. */

import { createRuntime, type Runtime } from '../../runtime.ts';
import { dim, printJson, type Terminal } from '../terminal.ts';

export interface ModelsCommandOptions {
  readonly json?: boolean;
  readonly refresh?: boolean;
}

type Listing = Awaited<ReturnType<Runtime['refreshModels']>>[number];

/** Exits 5 when providers were to be asked and none answered, 1 when what one answered cannot be kept. */
export async function models(terminal: Terminal, options: ModelsCommandOptions): Promise<number> {
  const runtime = createRuntime();
  try {
    const listings = options.refresh === true ? await refresh(terminal, runtime) : undefined;
    const names = runtime.modelNames();
    if (options.json === true) {
      const providers = listings === undefined ? {} : { providers: listings };
      printJson(terminal, 'holdfast.models/1', { models: names, ...providers });
    } else for (const { name } of names) terminal.out(`${name}\n`);
    if (listings?.every(({ problem }) => problem !== undefined)) return 5;
    return listings?.some(({ notKept }) => notKept !== undefined) ? 1 : 0;
  } finally {
    await runtime.close();
  }
}

function describe({ count, problem, notKept }: Listing): string {
  if (problem !== undefined) return `could not be asked: ${problem}`;
  return `lists ${count} model(s)${notKept === undefined ? '' : `, which are not kept: ${notKept}`}`;
}

async function refresh(terminal: Terminal, runtime: Runtime): Promise<readonly Listing[]> {
  const caller = new AbortController();
  const stop = terminal.onSignal(['SIGINT', 'SIGTERM'], () => caller.abort());
  const listings = await runtime.refreshModels(caller.signal);
  stop();
  caller.signal.throwIfAborted();
  for (const listing of listings)
    terminal.talk(`${dim(terminal, `${listing.provider} ${describe(listing)}`)}\n`);
  return listings;
}
