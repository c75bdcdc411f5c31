/** Pools: each strategy by its law, held-back members left out, allow-lists and origins. */

import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Credential, Selection } from '../../model/credential.ts';
import type { Target } from '../../model/target.ts';
import { CredentialPool, Pools } from './pool.ts';

function credentialOf(label: string, facts: Partial<Credential> = {}): Credential {
  return {
    id: `p:config:${label}`,
    provider: 'p',
    label,
    source: 'config',
    locator: { kind: 'literal', value: `sk-test-${label}` },
    origin: 'https://p.example',
    ...facts,
  };
}

function poolOf(
  selection: Selection,
  size: number,
  random: () => number = () => 0.5,
): CredentialPool {
  const credentials = Array.from({ length: size }, (_, index) => credentialOf(`k${index}`));
  return new CredentialPool({ credentials, selection, random });
}

function labels(pool: CredentialPool, now = 0, releases = 0): string[] {
  return [...pool.walk(now, releases)].map(({ label }) => label);
}

function choose(pool: CredentialPool): string {
  for (const credential of pool.walk(0, 0)) {
    pool.noteUse(credential);
    return credential.label;
  }
  return 'none';
}

describe('fill-first', () => {
  it('chooses the first as long as it is ready', () => {
    const pool = poolOf('fill-first', 2);
    expect(Array.from({ length: 10 }, () => choose(pool))).toEqual(Array(10).fill('k0'));
    expect(labels(pool)).toEqual(['k0', 'k1']);
  });
});

describe('round-robin', () => {
  it('gives each of three the same share of 30', () => {
    const pool = poolOf('round-robin', 3);
    const chosen = Array.from({ length: 30 }, () => choose(pool));
    for (const label of ['k0', 'k1', 'k2'])
      expect(chosen.filter((one) => one === label)).toHaveLength(10);
  });

  it('goes once round from the one after the last', () => {
    const pool = poolOf('round-robin', 4);
    choose(pool);
    choose(pool);
    expect(labels(pool)).toEqual(['k2', 'k3', 'k0', 'k1']);
  });
});

describe('least-used', () => {
  it('gives two jobs two keys, and a third shares one of them', () => {
    const pool = poolOf('least-used', 2);
    expect([choose(pool), choose(pool), choose(pool)]).toEqual(['k0', 'k1', 'k0']);
  });

  it('prefers who has fewer in flight, then who was used less', () => {
    const pool = poolOf('least-used', 3);
    expect([choose(pool), choose(pool), choose(pool)]).toEqual(['k0', 'k1', 'k2']);
    const [first, , third] = pool.credentials;
    if (first === undefined || third === undefined) throw new Error('a pool of three');
    pool.noteEnd(third);
    expect(choose(pool)).toBe('k2');
    pool.noteEnd(first);
    expect(labels(pool)).toEqual(['k0', 'k1', 'k2']);
  });
});

describe('random', () => {
  it('begins where chance says and leaves nobody out', () => {
    expect(labels(poolOf('random', 4, () => 0.6))).toEqual(['k2', 'k3', 'k0', 'k1']);
  });
});

describe('the home of a conversation', () => {
  const conversations = Array.from({ length: 4000 }, (_, index) =>
    hash('sha256', `talk ${index}`).slice(0, 16),
  );

  it('is the same in every process, whatever was used before', () => {
    const [one, other] = [poolOf('round-robin', 4), poolOf('least-used', 4, () => 0.9)];
    for (const conversation of conversations.slice(0, 100)) {
      choose(one);
      expect(other.homeOf(conversation)).toEqual(one.homeOf(conversation));
      expect(one.walk(0, 0, conversation)[Symbol.iterator]().next().value).toBe(
        one.homeOf(conversation),
      );
    }
  });

  it.each([2, 3, 4, 7, 40])('of %i keys each has its share', (size) => {
    const pool = poolOf('random', size);
    const homes = conversations.map((conversation) => pool.homeOf(conversation)?.label);
    const shares = [...Map.groupBy(homes, String).values()].map((some) => some.length);
    expect(shares).toHaveLength(size);
    for (const share of shares) expect(Math.abs(share / (4000 / size) - 1)).toBeLessThan(0.5);
  });

  it('changes with a new key only for those that it takes', () => {
    const [before, after] = [poolOf('round-robin', 4), poolOf('round-robin', 5)];
    const moved = conversations.filter(
      (one) => before.homeOf(one)?.label !== after.homeOf(one)?.label,
    );
    expect(new Set(moved.map((one) => after.homeOf(one)?.label))).toEqual(new Set(['k4']));
    expect(moved.length / conversations.length).toBeLessThan(0.25);
  });

  it('is the second of its order where the first is held back', () => {
    const pool = poolOf('round-robin', 40);
    for (const conversation of conversations.slice(0, 50)) {
      const [first, second] = [...pool.walk(0, 0, conversation)];
      if (first === undefined) throw new Error('a pool of forty');
      pool.noteHeldBack(first, 1000);
      expect([...pool.walk(1, 0, conversation)][0]).toBe(second);
      pool.noteHeldBack(first, 0);
    }
  });

  it('is the first key where the order says so', () => {
    const pool = poolOf('fill-first', 3);
    for (const conversation of conversations) expect(pool.homeOf(conversation)?.label).toBe('k0');
  });
});

describe('a large pool', () => {
  it.each(['fill-first', 'round-robin', 'least-used', 'random'] as const)(
    '%s: leaves a held-back member out before its end, and has it in its place from then on',
    (selection) => {
      const pool = poolOf(selection, 100, () => 0);
      const [first] = pool.credentials;
      if (first === undefined) throw new Error('a pool of a hundred');
      pool.noteHeldBack(first, 1000);
      expect(labels(pool, 999)).not.toContain('k0');
      expect(pool.heldBack(999).map(({ label }) => label)).toEqual(['k0']);
      expect(labels(pool, 1000)[0]).toBe('k0');
      expect(labels(pool, 1000)).toHaveLength(100);
      expect(pool.heldBack(1000)).toEqual([]);
    },
  );

  it('names of those that are held back the first 33 to return, in that order', () => {
    const pool = poolOf('fill-first', 50);
    for (const [member, credential] of pool.credentials.entries())
      pool.noteHeldBack(credential, 1000 - member);
    expect(pool.heldBack(0).map(({ label }) => label)).toEqual(
      Array.from({ length: 33 }, (_, index) => `k${49 - index}`),
    );
  });

  it('looks at everybody again when something was released before its end', () => {
    const pool = poolOf('fill-first', 50);
    for (const credential of pool.credentials) pool.noteHeldBack(credential, 60_000);
    expect(pool.first(1, 0)).toBeUndefined();
    expect(labels(pool, 1, 1)).toHaveLength(50);
  });

  it.each([
    ['fill-first', 'everybody', () => true],
    ['least-used', 'everybody', () => true],
    ['least-used', 'every second one', (index: number) => index % 2 === 0],
  ] as const)(
    '%s: gives each once while %s is held back in the middle of a walk',
    (selection, _who, isHeldBack) => {
      const pool = poolOf(selection, 40);
      const seen: string[] = [];
      for (const credential of pool.walk(0, 0)) {
        if (isHeldBack(seen.push(credential.label) - 1)) pool.noteHeldBack(credential, 1000);
      }
      expect(seen).toEqual(pool.credentials.map(({ label }) => label));
    },
  );
});

it('a small pool is looked over whole, so that every skipped credential stands in the record', () => {
  const pool = poolOf('fill-first', 2);
  for (const credential of pool.credentials) pool.noteHeldBack(credential, 1000);
  expect(labels(pool)).toEqual(['k0', 'k1']);
});

describe('Pools', () => {
  const target: Target = {
    id: 'p/large-1',
    provider: 'p',
    model: 'large-1',
    protocol: 'openai-chat',
    baseUrl: 'https://p.example/v1',
    origin: 'https://p.example',
    site: 'https://p.example/v1',
    authStyle: 'bearer',
    keyRequired: true,
    pool: 'p',
    limits: {},
    bodyEdits: [],
  };

  it('keeps a credential to its origin (law 12) and to the models it is allowed', () => {
    const credentials = [
      credentialOf('elsewhere', { origin: 'https://q.example' }),
      credentialOf('small-only', { models: ['small-*'] }),
      credentialOf('large', { models: ['*-1'] }),
      credentialOf('exact', { models: ['large-1'] }),
      credentialOf('any'),
    ];
    const pool = new Pools(() => 0).poolFor(target, credentials);
    expect(pool.credentials.map(({ label }) => label)).toEqual(['large', 'exact', 'any']);
  });

  it('is one pool for one target as long as the configuration names the same list', () => {
    const pools = new Pools(() => 0);
    const list = [credentialOf('a')];
    expect(pools.poolFor(target, list)).toBe(pools.poolFor({ ...target }, list));
    expect(pools.poolFor(target, [...list])).not.toBe(pools.poolFor(target, list));
  });
});

describe('the first of a pool', () => {
  it.each<Selection>(['fill-first', 'round-robin', 'least-used', 'random'])(
    'is the first of its walk as long as anybody is ready, whoever is used and whoever is held back: %s',
    (selection) => {
      const pool = poolOf(selection, 40, () => 0.7);
      for (let now = 0; now < 60; now++) {
        const [expected] = pool.walk(now, 0);
        const first = pool.first(now, 0);
        expect(first).toBe(expected);
        if (first === undefined) throw new Error('somebody is ready');
        if (now % 3 === 0) pool.noteHeldBack(first, now + 25);
        else pool.noteUse(first);
      }
    },
  );

  it('is undefined while all are held back', () => {
    const pool = poolOf('fill-first', 40);
    for (const credential of pool.credentials) pool.noteHeldBack(credential, 100);
    expect([pool.first(99, 0), pool.first(100, 0)?.label]).toEqual([undefined, 'k0']);
  });
});
