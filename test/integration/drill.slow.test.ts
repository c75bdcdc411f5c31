/** All sixteen faults, and those of keys, at full length: what `npm run drill` shows, in every protocol. */

import { expect, it } from 'vitest';
import { drill } from '../../src/drill/drill.ts';
import { drillFaults } from '../../src/drill/faults.ts';
import type { ProtocolName } from '../../src/model/protocol.ts';

const protocols: readonly ProtocolName[] = ['openai-chat', 'openai-responses', 'anthropic-messages'];
const pairs = protocols.flatMap((asked) =>
  protocols.flatMap((spoken) => (asked === spoken ? [] : [[asked, spoken] as const])),
);
/** Over within seconds. */
const quick = drillFaults.map(({ id }) => id).filter((id) => !['6', '7', '9', '15', 'k1', 'k6'].includes(id));

async function listMissed(asked: ProtocolName, spoken: ProtocolName, faults: readonly string[]) {
  const report = await drill({
    isDefault: true,
    asked,
    spoken,
    faults,
    modes: ['streamed', 'whole'],
    timeScale: 1,
    onResult: () => undefined,
  });
  const known = drillFaults.filter(({ id }) => faults.includes(id)).flatMap(({ modes }) => modes);
  expect(report.results).toHaveLength(known.length);
  return report.results
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ mode, fault, complaints }) => ({ mode, id: fault.id, complaints }));
}

// They mostly wait: side by side.
it.concurrent.each(protocols)('passes every fault in every mode in which it exists, in %s', async (asked) => {
  const all = drillFaults.map(({ id }) => id);
  expect(await listMissed(asked, asked, all)).toEqual([]);
});

it.each(pairs)('passes every quick fault in %s, of providers that speak %s', async (asked, spoken) => {
  expect(await listMissed(asked, spoken, quick)).toEqual([]);
});
