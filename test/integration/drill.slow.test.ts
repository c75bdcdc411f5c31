/** All sixteen faults, and those of keys, at full length: what `npm run drill` shows. */

import { expect, it } from 'vitest';
import { drill } from '../../src/drill/drill.ts';
import { drillFaults } from '../../src/drill/faults.ts';

it('passes every fault in every mode in which it exists', async () => {
  const report = await drill({
    isDefault: true,
    modes: ['streamed', 'whole'],
    timeScale: 1,
    onResult: () => undefined,
  });
  const missed = report.results.filter(({ verdict }) => verdict !== 'pass');
  expect(missed.map(({ mode, fault, complaints }) => ({ mode, id: fault.id, complaints }))).toEqual([]);
  expect(report.results).toHaveLength(drillFaults.flatMap(({ modes }) => modes).length);
});
