/** `holdfast auth sources`: every place that was looked in for a provider's keys, what was there, and who won by which rule. */

import type { PlaceState, SourcePlace } from '../../../diagnostics/key-sources.ts';
import { createRuntime } from '../../../runtime.ts';
import { printJson, type Terminal, tellStoreFaults } from '../../terminal.ts';

export async function authSources(
  terminal: Terminal,
  provider: string,
  options: { readonly json?: boolean },
): Promise<number> {
  const runtime = createRuntime({ store: 'in-place', onEvent: tellStoreFaults(terminal) });
  const caller = new AbortController();
  const stop = terminal.onSignal(['SIGINT', 'SIGTERM'], () => caller.abort());
  try {
    const report = await runtime.keys.sources({ name: provider, signal: caller.signal });
    if (options.json === true) printJson(terminal, 'holdfast.auth-sources/1', report);
    else for (const place of report.places) terminal.out(`${describePlace(place)}\n`);
    return 0;
  } finally {
    stop();
    await runtime.close();
  }
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
