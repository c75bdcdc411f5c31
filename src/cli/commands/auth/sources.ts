/** `holdfast auth sources`: every place that was looked in for a provider's keys, what was there, and who won by which rule. */

import type { PlaceState, SourcePlace } from '../../../diagnostics/key-sources.ts';
import { createCommand, type Given, json, required } from '../../command.ts';
import { printJson, type Terminal, tellStoreFaults } from '../../terminal.ts';
import { inPlace, withSignal } from '../../with-runtime.ts';

const takes = { provider: required('provider'), json };

export const commands = {
  sources: createCommand({ takes, example: 'holdfast auth sources deepseek', run: sources }),
};

function sources(terminal: Terminal, { provider, json }: Given<typeof takes>): Promise<number> {
  const options = { ...inPlace, onEvent: tellStoreFaults(terminal) };
  return withSignal(terminal, options, async (runtime, signal) => {
    const report = await runtime.keys.sources({ name: provider, signal });
    if (json) printJson(terminal, 'holdfast.auth-sources/1', report);
    else for (const place of report.places) terminal.out(`${describePlace(place)}\n`);
    return 0;
  });
}

const words: Readonly<Record<PlaceState, string>> = {
  used: 'used',
  spare: 'spare',
  equal: 'equal',
  'left-out': 'left out',
  nothing: '–',
};

function describePlace({ place, state, fingerprint, because }: SourcePlace): string {
  const found = fingerprint === undefined ? '' : `${fingerprint}  `;
  return `${words[state].padEnd(9)} ${place}\n          ${found}${because}`;
}
