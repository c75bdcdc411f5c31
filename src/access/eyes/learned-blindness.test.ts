/** What refusals teach of who sees: by address and model, for an hour, and never without end. */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { LearnedBlindness } from './learned-blindness.ts';

const blind = { origin: 'https://p.example', model: 'm' };

describe('a model that has said that it sees no images', () => {
  it('is known by its address and name', () => {
    const blindness = new LearnedBlindness(createFakeHost().clock);
    blindness.learn(blind);
    const others = [blind, { ...blind, model: 'n' }, { ...blind, origin: 'https://q.example' }];
    expect(others.map((target) => blindness.has(target))).toEqual([true, false, false]);
  });

  it('is asked again after an hour', async () => {
    const host = createFakeHost();
    const blindness = new LearnedBlindness(host.clock);
    blindness.learn(blind);
    await host.advance(3_600_001);
    expect(blindness.has(blind)).toBe(false);
  });

  it('is forgotten when a thousand others have said so since', () => {
    const blindness = new LearnedBlindness(createFakeHost().clock);
    blindness.learn(blind);
    for (let index = 0; index < 1000; index += 1) blindness.learn({ ...blind, model: `m${index}` });
    expect(blindness.has(blind)).toBe(false);
  });
});
