/**
 * `holdfast auth sources` lists every place that was searched for a provider's keys, what it had,
 * and which rule chose the winner.
 */

import type { PlaceState, SourcePlace } from '../../../diagnostics/key-sources.ts';
import { createCommand, json, required } from '../../context/command.ts';
import { withState } from '../../context/with-runtime.ts';

export const commands = {
  sources: createCommand({
    params: { provider: required('provider'), json },
    example: 'holdfast auth sources deepseek',
    run: ({ provider }, context) =>
      withState(context, async ({ keys }, signal) => {
        const report = await keys.sources({ name: provider, signal });
        return {
          json: { schema: 'holdfast.auth-sources/1', ...report },
          out: report.places.map(describeSourcePlace),
        };
      }),
  }),
};

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
