import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { limitSourceOf, renderProviders } from '../../scripts/lib/render-providers.ts';
import { builtinEntries } from './builtin.ts';
import { createCatalogue } from './catalogue.ts';
import type { ModelEntry, Origins, ProviderEntry } from './entry.ts';
import { keyVariableOf } from './sites.ts';

const day = /^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const loopback = /^http:\/\/127\.0\.0\.1:\d+\//;
const catalogue = createCatalogue(builtinEntries);

describe('the built-in catalogue', () => {
  it('has every provider that is promised, in the order of zero-config mode', () => {
    const names = [
      'xiaomi deepseek minimax anthropic openai chatgpt openrouter gemini moonshot zhipu qwen xai mistral groq together',
      'fireworks azure foundry bedrock vertex ollama lmstudio vllm llamacpp litellm custom',
    ];
    expect(
      catalogue.names,
      'a name that builtin.ts has and the list in this test has not, or at another place: write it there too',
    ).toEqual(names.join(' ').split(' '));
  });

  it('gives each variable to one provider', () => {
    const variables = builtinEntries.flatMap(variablesOf);
    expect(variables.filter((variable, index) => variables.indexOf(variable) !== index)).toEqual(
      [],
    );
  });

  it('chooses no retired model by default', () => {
    const retired = builtinEntries.filter(
      (entry) => defaultModelOf(entry)?.retiredOn !== undefined,
    );
    expect(retired.map((entry) => entry.name)).toEqual([]);
  });

  it('is described by docs/providers.md as it is', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/providers.md'), 'utf8');
    expect(page, 'stale: run npm run docs').toBe(renderProviders());
  });
});

describe.each(builtinEntries.map((entry) => [entry.name, entry] as const))(
  'the entry %s',
  (name, entry) => {
    it('has a name that ids of its signatures can begin with', () => {
      expect(name).toMatch(/^(?!any$)[a-z0-9]+$/);
    });

    it('has base URLs that a path can be appended to', () => {
      const all = [
        entry.origins,
        ...(entry.alternativeOrigins ?? []).map((site) => site.origins),
      ].flatMap(urlsOf);
      expect(all.length > 0 || name === 'custom').toBe(true);
      for (const url of all) {
        expect(new URL(url).href).toBe(url);
        expect(url.endsWith('/')).toBe(false);
        expect(url.startsWith('https://') || loopback.test(url)).toBe(true);
        expect(url).not.toMatch(/\/(chat\/completions|responses|messages)$/);
      }
    });

    it('says how its key is sent in each of its protocols', () => {
      expect(Object.keys(entry.authStyle), 'authStyle has each protocol of origins').toEqual(
        expect.arrayContaining(Object.keys(entry.origins)),
      );
    });

    it('names its alternative origins once each', () => {
      const names = (entry.alternativeOrigins ?? []).map((site) => site.name);
      expect(new Set(names).size).toBe(names.length);
      expect(names.every((site) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(site))).toBe(true);
    });

    it('binds each base URL variable to one of its key variables', () => {
      for (const base of entry.baseUrlVariables ?? []) {
        expect(entry.keyVariables).toContain(keyVariableOf(base));
        expect(Object.keys(entry.origins)).toEqual(expect.arrayContaining([...base.protocols]));
      }
    });

    it('states what its limits are counted on, and where that is said', () => {
      expect(limitSourceOf(entry)).toMatch(/^(https:\/\/\S+|n\/v: .+)$/);
    });

    it('knows its default model', () => {
      expect(
        entry.defaultModel === undefined,
        'defaultModel is there if models has one, else not',
      ).toBe(entry.models.length === 0);
      expect(
        entry.defaultModel === undefined || defaultModelOf(entry) !== undefined,
        'defaultModel is the id of one of models',
      ).toBe(true);
    });

    it('dates its facts', () => {
      expect(entry.asOf).toMatch(day);
      for (const known of entry.models) {
        expect(known.asOf).toMatch(day);
        expect(known.retiredOn ?? entry.asOf).toMatch(day);
      }
    });

    it('describes each model once, within its own limits', () => {
      const ids = entry.models.flatMap((known) => [known.id, ...(known.aliases ?? [])]);
      expect(new Set(ids).size).toBe(ids.length);
      for (const known of entry.models) {
        expect(known.maxOutput ?? 0).toBeLessThanOrEqual(
          known.contextWindow ?? Number.POSITIVE_INFINITY,
        );
      }
    });

    it('marks how its edits and prefixes were established', () => {
      expect(
        entry.verified.bodyEdits === undefined,
        'verified.bodyEdits is there if bodyEdits is, else not',
      ).toBe(entry.bodyEdits === undefined);
      expect(entry.verified.keyPrefixes === undefined, 'verified.keyPrefixes as keyPrefixes').toBe(
        entry.keyPrefixes === undefined,
      );
    });

    it('links to pages over https', () => {
      for (const link of Object.values(entry.links)) expect(link).toMatch(/^https:\/\/\S+$/);
    });
  },
);

function urlsOf(origins: Origins): string[] {
  return Object.values(origins);
}

function variablesOf(entry: ProviderEntry): string[] {
  return [
    ...entry.keyVariables,
    ...(entry.alternativeOrigins ?? []).flatMap((site) => site.keyVariables ?? []),
    ...(entry.baseUrlVariables ?? []).map((base) => base.variable),
  ];
}

function defaultModelOf(entry: ProviderEntry): ModelEntry | undefined {
  return entry.models.find((known) => known.id === entry.defaultModel);
}
