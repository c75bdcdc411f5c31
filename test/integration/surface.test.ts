/** What each entry of the package exports: a name that goes, or comes, is meant. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

const surfaces: Readonly<Record<string, readonly string[]>> = {
  '.': ['AccessError', 'ConfigError', 'NoTargetAnswered', 'RequestError', 'createHoldfast'],
  './ai-sdk': ['createHoldfastProvider'],
  './gateway': ['createRuntime', 'readGatewayKey', 'startGateway'],
  './sim': ['simKeys', 'simModels', 'startSimulatedProvider'],
};

/** The entries of package.json that are modules, with the source each is built from. */
function listEntries(): readonly (readonly [string, string])[] {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.entries(exports).flatMap(([name, target]) => {
    const built: unknown = Object(target).default;
    if (typeof built !== 'string') return [];
    return [[name, built.replace('./dist/', '../../src/').replace(/\.js$/, '.ts')] as const];
  });
}

it('every module of the package is listed here', () => {
  expect(listEntries().map(([name]) => name)).toEqual(Object.keys(surfaces));
});

describe.each(listEntries())('the entry %s', (name, source) => {
  it('exports these names and no other', async () => {
    expect(Object.keys(await import(source)).sort()).toEqual(surfaces[name]);
  });
});
