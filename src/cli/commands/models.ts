/** `holdfast models`: what a request may name, tasks first; with `--refresh` the providers are asked what they offer. */

import type { Runtime } from '../../runtime.ts';
import { createCommand, type Given, json, toggle } from '../command.ts';
import { dim, printJson, type Terminal } from '../terminal.ts';
import { untilSignal, withRuntime } from '../with-runtime.ts';

const takes = { refresh: toggle('ask every configured provider what it offers'), json };

export const commands = {
  models: createCommand({
    takes,
    exits: { 1: 'what a provider listed cannot be kept', 5: 'providers were to be asked, and none answered' },
    example: 'holdfast models --refresh',
    run: models,
  }),
};

type Listing = Awaited<ReturnType<Runtime['refreshModels']>>[number];

function models(terminal: Terminal, { refresh, json }: Given<typeof takes>): Promise<number> {
  return withRuntime({}, async (runtime) => {
    const providers = refresh ? await refreshAll(terminal, runtime) : undefined;
    const names = runtime.modelNames();
    if (json) printJson(terminal, 'holdfast.models/1', { models: names, providers });
    else for (const { name } of names) terminal.out(`${name}\n`);
    if (providers?.every(({ problem }) => problem !== undefined)) return 5;
    return providers?.some(({ notKept }) => notKept !== undefined) ? 1 : 0;
  });
}

function describe({ count, problem, notKept }: Listing): string {
  if (problem !== undefined) return `could not be asked: ${problem}`;
  return `lists ${count} model(s)${notKept === undefined ? '' : `, which are not kept: ${notKept}`}`;
}

async function refreshAll(terminal: Terminal, runtime: Runtime): Promise<readonly Listing[]> {
  const listings = await untilSignal(terminal, async (signal) => {
    const found = await runtime.refreshModels(signal);
    signal.throwIfAborted();
    return found;
  });
  for (const listing of listings)
    terminal.talk(`${dim(terminal, `${listing.provider} ${describe(listing)}`)}\n`);
  return listings;
}
