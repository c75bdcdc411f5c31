/** A key is found by provider, id or label; what could mean several is named, never guessed. */

import { describe, expect, it } from 'vitest';
import { stageEngine } from '../../test/fakes/engine-stage.ts';
import type { StoredKeyView } from '../credentials/stored/stored-keys.ts';
import { listUnused, selectPools, selectStoredKey } from './find-keys.ts';
import type { KeyRow, PoolReport } from './key-report.ts';

function row(id: string, label: string): KeyRow {
  const places = { origin: 'https://p.example', foundAt: 'config', alsoAt: [], heldAt: [] };
  return {
    order: 1,
    id,
    provider: 'p',
    label,
    source: 'config',
    state: 'untried',
    marks: [],
    windows: [],
    ...places,
  };
}

const pools: readonly PoolReport[] = [
  {
    name: 'p',
    selection: 'fill-first',
    keys: [row('p:config', 'config'), row('p:stored:k1', 'work')],
  },
  { name: 'q', selection: 'fill-first', keys: [row('q:config', 'config')] },
];

describe('keys of pools', () => {
  it.each([
    ['p', ['p:config', 'p:stored:k1']],
    ['q:config', ['q:config']],
    ['work', ['p:stored:k1']],
  ])('are found by %s', (name, ids) => {
    const found = selectPools(pools, name, []);
    expect(found.flatMap(({ keys }) => keys.map(({ id }) => id))).toEqual(ids);
  });

  it.each([
    ['config', 'config is the label of several keys', 'name one of p:config, q:config'],
    ['wrok', 'no provider and no key is called wrok', 'did you mean work?'],
    [
      '__proto__',
      'no provider and no key is called __proto__',
      '`holdfast auth list` shows them all',
    ],
  ])('are not guessed from %s', (name, message, text) => {
    expect(() => selectPools(pools, name, [])).toThrow(
      expect.objectContaining({ message, fix: { text } }),
    );
  });

  it('that are only kept are named with the reason', () => {
    const because = 'your configuration does not name r: main, fallback_chain or a task would';
    const kept = {
      id: 'r:stored:k9',
      provider: 'r',
      label: 'old',
      origin: 'https://r.example',
      because,
    };
    expect(() => selectPools(pools, 'old', [{ ...kept, source: 'stored' }])).toThrow(
      expect.objectContaining({
        message: 'no request uses r:stored:k9 (old)',
        fix: { text: because },
      }),
    );
  });
});

it('a key of a provider with auth: none is said to be kept back by that line', () => {
  const vllm = { base_url: 'http://127.0.0.1:8000/v1', protocol: 'openai-chat', auth: 'none' };
  const { runtime } = stageEngine({ main: 'vllm/m', providers: { vllm } });
  const kept = { provider: 'vllm', label: 'key-1', origin: 'http://127.0.0.1:8000' };
  const key = {
    ...kept,
    id: 'k1',
    secret: `sk-test-${'k'.repeat(20)}`,
    addedAt: 1,
    verified: 'unverified',
    order: 1,
  } as const;
  const [unused] = listUnused(runtime.config(), { keys: [key], logins: [] });
  expect(unused?.because).toBe(
    'providers.vllm.auth is none, so no key is sent: holdfast config unset providers.vllm.auth',
  );
});

describe('stored keys', () => {
  const stored = [view('k1', 'p', 'work'), view('k2', 'p', 'spare'), view('k3', 'q', 'spare')];

  it.each([
    ['k2', 'k2'],
    ['p:stored:k1', 'k1'],
    ['work', 'k1'],
  ])('are found by %s', (name, id) => {
    expect(selectStoredKey(stored, name).id).toBe(id);
  });

  it.each([
    ['spare', 'spare is the label of several stored keys', 'name one of p:stored:k2, q:stored:k3'],
    ['wurk', 'no stored key has the id or label wurk', 'did you mean work?'],
  ])('are not guessed from %s', (name, message, text) => {
    expect(() => selectStoredKey(stored, name)).toThrow(
      expect.objectContaining({ message, fix: { text } }),
    );
  });
});

function view(id: string, provider: string, label: string): StoredKeyView {
  const facts = {
    origin: 'https://p.example',
    fingerprint: 'sha256:0',
    addedAt: 1,
    verified: 'unverified',
  } as const;
  return { id, credentialId: `${provider}:stored:${id}`, provider, label, ...facts };
}
