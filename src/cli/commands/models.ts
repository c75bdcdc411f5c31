/**
 * `holdfast models` lists the names that a request may use, tasks first. `--refresh` asks the
 * providers for their models.
 */

import type { Runtime } from '../../runtime.ts';
import { createCommand, json, toggle } from '../context/command.ts';
import { untilSignal, withRuntime } from '../context/with-runtime.ts';
import { dim, type Terminal } from '../terminal/terminal.ts';

export const commands = {
  models: createCommand({
    params: { refresh: toggle('ask every configured provider what it offers'), json },
    exits: {
      1: 'the list of a provider cannot be stored',
      5: 'no provider answered',
    },
    example: 'holdfast models --refresh',
    run: ({ refresh }, { terminal, host }) =>
      withRuntime({ host }, async (runtime) => {
        const providers = refresh ? await refreshAll(terminal, runtime) : undefined;
        const names = runtime.modelNames();
        const isNotKept = providers?.some(({ notKept }) => notKept !== undefined);
        const exit = providers?.every(({ problem }) => problem !== undefined)
          ? 5
          : Number(isNotKept === true);
        const json = { schema: 'holdfast.models/1', models: names, providers } as const;
        const talk = exit === 5 ? ['To fix: holdfast doctor says what is in the way'] : [];
        return { json, out: names.map(({ name }) => name), talk, exit };
      }),
  }),
};

type Listing = Awaited<ReturnType<Runtime['refreshModels']>>[number];

function describeListing({ count, problem, notKept }: Listing): string {
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
    terminal.talk(`${dim(terminal, `${listing.provider} ${describeListing(listing)}`)}\n`);
  return listings;
}
