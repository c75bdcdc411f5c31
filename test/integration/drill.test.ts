/**
 * The drill over real sockets: faults that are over in seconds here, all of them at full length in
 * drill.slow.test.ts.
 */

import { describe, expect, it } from 'vitest';
import { drill } from '../../src/drill/drill.ts';
import type { ProtocolName } from '../../src/model/protocol.ts';

const quick = [
  '1',
  '2',
  '3',
  '4',
  '5',
  '8',
  '10',
  '11',
  '12',
  '13',
  '14',
  '16',
  'k2',
  'k3',
  'k4',
  'k5',
  'k7',
  's1',
  's2',
  's3',
  's4',
  's5',
];

const protocols: readonly ProtocolName[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
];

describe('the drill', () => {
  it.each(protocols)(
    'passes every quick fault on the built-in configuration, in %s',
    async (asked) => {
      const report = await drill({
        isDefault: true,
        asked,
        modes: ['streamed', 'whole'],
        faults: quick,
        timeScale: 1,
        onResult: () => undefined,
      });
      const missed = report.results.filter(({ verdict }) => verdict !== 'pass');
      expect(
        missed.map(({ mode, fault, complaints }) => ({ mode, id: fault.id, complaints })),
      ).toEqual([]);
      expect(report.results).toHaveLength(quick.length * 2 - 2);
    },
  );

  it('drills faults 12 and 13 with exactly one request to the provider, and 12 with one to the next', async () => {
    const report = await drill({
      isDefault: true,
      modes: ['streamed'],
      faults: ['12', '13'],
      timeScale: 1,
      onResult: () => undefined,
    });
    expect(report.results.map(({ view }) => [view.first.length, view.others.length])).toEqual([
      [1, 1],
      [1, 0],
    ]);
  });

  it('ends at its limit, with what has ended by then', async () => {
    const report = await drill({
      isDefault: true,
      modes: ['streamed'],
      faults: ['3', '6'],
      timeScale: 1,
      limitMs: 3000,
      onResult: () => undefined,
    });
    expect(report.results.map(({ fault }) => fault.id)).toEqual(['3']);
    expect(report.planned.map(({ fault }) => fault.id)).toEqual(['3', '6']);
  });
});
