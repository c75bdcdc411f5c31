/** A fact is told once, whoever has found it. */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { createTrouble, examine, rankTroubles, type Trouble } from './troubles.ts';

const causes = [
  'nothing listens at 127.0.0.1:1 (ECONNREFUSED)',
  'no server has the name api.one.test (ENOTFOUND)',
  'its certificate has expired (CERT_HAS_EXPIRED)',
];
const atServer = (cause: string): Trouble =>
  createTrouble('broken', `https://api.one.test cannot be reached, so main waits: ${cause}`, {});
const ofTask = (cause: string): Trouble =>
  createTrouble('broken', 'main is not answered', { evidence: [cause, 'holdfast why x'], exit: 4 });

async function whats(...troubles: readonly Trouble[]): Promise<readonly string[]> {
  const checks = troubles.map((trouble) => ({ name: trouble.what, look: () => [trouble] }));
  const { signal } = new AbortController();
  const found = await examine(createFakeHost().clock, checks, signal);
  return found.troubles.map(({ what }) => what);
}

describe('two checks that find one cause', () => {
  it.each(causes)('tell it once, as what it means for the task: %s', async (cause) => {
    for (const order of [
      [atServer(cause), ofTask(cause)],
      [ofTask(cause), atServer(cause)],
    ])
      expect(await whats(...order)).toEqual(['main is not answered']);
  });

  it.each(causes)('keep the one that is worse: %s', async (cause) => {
    const worse = createTrouble('broken', `main cannot be answered: ${cause}`, { exit: 4 });
    const less = createTrouble('resting', 'the key rests', { evidence: [cause] });
    for (const order of [
      [worse, less],
      [less, worse],
    ])
      expect(await whats(...order)).toEqual([worse.what, less.what]);
  });

  it.each(causes)('never drop one whose own evidence is its cause: %s', (cause) => {
    const twice = createTrouble('broken', `main cannot be answered: ${cause}`, {
      evidence: ['it said: no', cause],
    });
    expect(rankTroubles([twice])).toEqual([{ ...twice, evidence: ['it said: no'] }]);
  });

  it.each(causes)('tell both where the causes differ, or one is alone: %s', async (cause) => {
    expect(await whats(atServer(cause), ofTask('the connection was reset'))).toHaveLength(2);
    expect(await whats(atServer(cause))).toHaveLength(1);
  });
});
