/**
 * The rows of the signature table, one by one, and the corpus they were learned from;
 * match-signature.test.ts has them together.
 */

import { describe, expect, it } from 'vitest';
import { readCases, sourceMark } from '../../../scripts/lib/failure-corpus.ts';
import { limitSourceOf } from '../../../scripts/lib/render-providers.ts';
import { builtinEntries } from '../builtin.ts';
import { builtinSignatures } from './builtin.ts';
import { builtinResetHints } from './reset-hints.ts';
import type { Signature } from './signature.ts';

const names = new Set(builtinEntries.map((entry) => entry.name));
const keyLike = /sk-[A-Za-z0-9]{16}|AIza[A-Za-z0-9_-]{30}/;

describe('the signature table', () => {
  it('names each row once', () => {
    const ids = builtinSignatures.map((row) => row.id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it.each(builtinSignatures.map((row) => [row.id, row] as const))(
    '%s is well formed',
    (_id, row) => {
      expect(
        row.provider === '*' || names.has(row.provider),
        'the id begins with the name of a provider, or with any',
      ).toBe(true);
      expect(row.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(row.id.startsWith(`${row.provider === '*' ? 'any' : row.provider}-`)).toBe(true);
      expect(looksSomewhere(row), 'has a field to match an answer by').toBe(true);
      expect(row.source, 'begins with a mark (docs/fixtures.md)').toMatch(sourceMark);
    },
  );
});

describe('the reset hints', () => {
  it('are named once each, after their provider, with source and sample', () => {
    const ids = builtinResetHints.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, provider, source, sample } of builtinResetHints) {
      expect(provider === '*' || names.has(provider)).toBe(true);
      expect(id.startsWith(`${provider === '*' ? 'any' : provider}-`)).toBe(true);
      expect(source).toMatch(sourceMark);
      expect(sample).not.toBe('');
    }
  });
});

describe('the failure corpus', () => {
  const cases = readCases();

  it('has its share of cases and providers', () => {
    expect(cases.length).toBeGreaterThanOrEqual(150);
    expect(new Set(cases.map(({ provider }) => provider)).size).toBeGreaterThanOrEqual(14);
  });

  it('has a case for every provider of the catalogue, and each stands where its name says', () => {
    expect(
      [...names].filter((name) => !cases.some(({ provider }) => provider === name)),
      'these providers have no fixture: save one refusal of each in test/fixtures/failures/<name>/ (docs/fixtures.md)',
    ).toEqual([]);
    expect(cases.filter(({ id, provider, case: name }) => id !== `${provider}/${name}`)).toEqual(
      [],
    );
    expect(
      cases.filter(({ provider }) => !names.has(provider)).map(({ id }) => id),
      'the provider of these fixtures is not in src/providers/builtin.ts',
    ).toEqual([]);
  });

  it('holds nothing that looks like a secret', () => {
    expect(cases.filter(({ text }) => keyLike.test(text)).map(({ id }) => id)).toEqual([]);
  });
});

describe('the limits of each provider', () => {
  it.each(builtinEntries.map((entry) => [entry.name, entry] as const))(
    '%s says what they are counted on',
    (_name, entry) => {
      expect(['account', 'organization', 'project', 'key', 'global', 'none', 'unknown']).toContain(
        entry.limitScope,
      );
      expect(limitSourceOf(entry)).toMatch(/^(https:\/\/|n\/v: )/);
    },
  );
});

function looksSomewhere({ status, code, type, param, field, text, header }: Signature): boolean {
  return [status, code, type, param, field, text, header].some((pattern) => pattern !== undefined);
}
