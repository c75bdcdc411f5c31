/**
 * `holdfast auth sources` lists every place that was searched for a provider's keys, what it had,
 * and which rule chose the winner.
 */

import type { PlaceState, SourcePlace } from '../../../diagnostics/key-sources.ts';
import { createCommand, type Given, json, type Printout, required } from '../../context/command.ts';
import { inPlace, withSignal } from '../../context/with-runtime.ts';
import { type CommandScene, tellStoreFaults } from '../../terminal/terminal.ts';

const takes = { provider: required('provider'), json };

export const commands = {
  sources: createCommand({ takes, example: 'holdfast auth sources deepseek', run: runSources }),
};

function runSources(
  { provider }: Given<typeof takes>,
  { terminal }: CommandScene,
): Promise<Printout> {
  const options = { ...inPlace, onEvent: tellStoreFaults(terminal) };
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
