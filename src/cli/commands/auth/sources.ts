/**
 * `holdfast auth sources` lists every place that was searched for a provider's keys, what it had,
 * and which rule chose the winner.
 */

import type { PlaceState, SourcePlace } from '../../../diagnostics/key-sources.ts';
import { type Args, createCommand, json, type Printout, required } from '../../context/command.ts';
import { inPlace, withSignal } from '../../context/with-runtime.ts';
import { type CommandContext, printStoreFaults } from '../../terminal/terminal.ts';

const params = { provider: required('provider'), json };

export const commands = {
  sources: createCommand({ params, example: 'holdfast auth sources deepseek', run: runSources }),
};

function runSources(
  { provider }: Args<typeof params>,
  { terminal, host }: CommandContext,
): Promise<Printout> {
  const options = { ...inPlace, host, onEvent: printStoreFaults(terminal) };
  return withSignal(terminal, options, async (runtime, signal) => {
    const report = await runtime.keys.sources({ name: provider, signal });
    return {
      json: { schema: 'holdfast.auth-sources/1', ...report },
      out: report.places.map(describeSourcePlace),
    };
  });
}

const words: Readonly<Record<PlaceState, string>> = {
  used: 'used',
  spare: 'spare',
  equal: 'equal',
  'left-out': 'left out',
  nothing: '–',
};

function describeSourcePlace({ place, state, fingerprint, because }: SourcePlace): string {
  const found = fingerprint === undefined ? '' : `${fingerprint}  `;
  return `${words[state].padEnd(9)} ${place}\n          ${found}${because}`;
}
