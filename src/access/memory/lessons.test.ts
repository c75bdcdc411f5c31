/** What refusals teach: whose it is, and when it is forgotten. */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import type { Lease } from '../../model/credential.ts';
import { type ContextWindowOwner, createLessons, forgetSmaller } from './lessons.ts';

const hour = 3_600_000;

function ownerOf(
  lease: Partial<Lease> = {},
  headers: ContextWindowOwner['headers'] = {},
): ContextWindowOwner {
  const whole: Lease = {
    credentialId: 'p:config',
    label: 'config',
    foundAt: 'config',
    fingerprint: 'sha256:a',
    account: 'team',
    origin: 'https://p.example',
    site: 'https://p.example/v1',
    model: 'm',
    operation: 'generate',
    leasedAt: 0,
    ...lease,
  };
  return { lease: whole, headers };
}

describe('a learned window', () => {
  it.each<[string, ContextWindowOwner, number | undefined]>([
    ['another key of the account', ownerOf({ fingerprint: 'sha256:b' }), 8000],
    ['another request', ownerOf({}, { 'user-agent': 'x' }), 8000],
    ['another account', ownerOf({ account: 'other' }), undefined],
    ['another model', ownerOf({ model: 'n' }), undefined],
    ['another site', ownerOf({ site: 'https://p.example/plan' }), undefined],
    [
      'beta headers, which widen it',
      ownerOf({}, { 'anthropic-beta': 'context-1m-2025-08-07' }),
      undefined,
    ],
  ])('and %s', (_name, owner, tokens) => {
    const contextWindows = createLessons(createFakeHost().clock).contextWindows;
    contextWindows.learn(ownerOf(), 8000);
    expect(contextWindows.of(owner)).toBe(tokens);
  });

  it('is forgotten after an hour, and replaced by a later one', async () => {
    const host = createFakeHost();
    const contextWindows = createLessons(host.clock).contextWindows;
    contextWindows.learn(ownerOf(), 8000);
    await host.advance(hour - 1);
    contextWindows.learn(ownerOf(), 9000);
    await host.advance(hour - 1);
    expect(contextWindows.of(ownerOf())).toBe(9000);
    await host.advance(1);
    expect(contextWindows.of(ownerOf())).toBeUndefined();
  });

  it.each<[string, object | undefined, number | undefined]>([
    ['below it', { inputTokens: 7000, outputTokens: 1000 }, 8000],
    ['above it, both ways counted', { inputTokens: 7000, outputTokens: 1001 }, undefined],
    ['of unknown length', undefined, 8000],
  ])('outlasts a success but for one above it: %s', (_name, usage, tokens) => {
    const contextWindows = createLessons(createFakeHost().clock).contextWindows;
    contextWindows.learn(ownerOf(), 8000);
    forgetSmaller(contextWindows, ownerOf(), usage);
    expect(contextWindows.of(ownerOf())).toBe(tokens);
  });

  it('is one of a thousand at most', () => {
    const contextWindows = createLessons(createFakeHost().clock).contextWindows;
    for (let index = 0; index <= 1000; index++)
      contextWindows.learn(ownerOf({ model: `m${index}` }), 1);
    expect([
      contextWindows.of(ownerOf({ model: 'm0' })),
      contextWindows.of(ownerOf({ model: 'm1' })),
    ]).toEqual([undefined, 1]);
  });
});

describe('a model that has said that it sees no images', () => {
  const target = { site: 'https://p.example/v1', model: 'm' };
  const blind = { target, shown: 'image' } as const;

  it('is known by its address and name, and may read documents all the same', () => {
    const { unseen } = createLessons(createFakeHost().clock);
    unseen.learn(blind, 5);
    const others = [
      target,
      { ...target, model: 'n' },
      { ...target, site: 'https://p.example/plan' },
    ];
    expect(others.map((other) => unseen.of({ target: other, shown: 'image' }))).toEqual([
      5,
      undefined,
      undefined,
    ]);
    expect(unseen.of({ target, shown: 'file' })).toBeUndefined();
  });

  it('is asked again after an hour', async () => {
    const host = createFakeHost();
    const { unseen } = createLessons(host.clock);
    unseen.learn(blind, 5);
    await host.advance(hour + 1);
    expect(unseen.of(blind)).toBeUndefined();
  });

  it('is forgotten when a thousand others have said so since', () => {
    const { unseen } = createLessons(createFakeHost().clock);
    unseen.learn(blind, 5);
    for (let index = 0; index < 1000; index += 1)
      unseen.learn({ ...blind, target: { ...target, model: `m${index}` } }, 5);
    expect(unseen.of(blind)).toBeUndefined();
  });
});
