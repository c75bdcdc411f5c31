/** `holdfast auth sources`: every place that was looked in for a provider's keys, what was there, and who won by which rule. */

import type { PlaceState, SourcePlace } from '../../../diagnostics/key-sources.ts';
import { printJson, type Terminal, tellStoreFaults } from '../../terminal.ts';
import { withRuntime } from '../../with-runtime.ts';

export async function authSources(
  terminal: Terminal,
  provider: string,
  options: { readonly json?: boolean },
): Promise<number> {
  return withRuntime(terminal, { onEvent: tellStoreFaults(terminal) }, async (runtime, signal) => {
    const report = await runtime.keys.sources({ name: provider, signal });
    if (options.json === true) printJson(terminal, 'holdfast.auth-sources/1', report);
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
