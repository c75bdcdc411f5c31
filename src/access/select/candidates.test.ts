/** How a candidate authenticates. */

import { describe, expect, it } from 'vitest';
import type { Credential } from '../../model/credential.ts';
import type { Target } from '../../model/target.ts';
import { createCandidate } from './candidates.ts';

const target: Target = {
  id: 'one/m',
  provider: 'one',
  model: 'm',
  protocol: 'anthropic-messages',
  baseUrl: 'https://one.test/v1',
  origin: 'https://one.test',
  site: 'https://one.test/v1',
  authStyle: 'x-api-key',
  keyRequired: true,
  pool: 'one',
  limits: {},
  bodyEdits: [],
};

const credential = (source: Credential['source']): Credential => ({
  id: `one:${source}`,
  provider: 'one',
  label: source,
  source,
  locator: { kind: 'literal', value: '' },
  origin: target.origin,
});

describe('a candidate', () => {
  it.each<[Credential['source'], Target['authStyle']]>([
    ['env', 'x-api-key'],
    ['stored', 'x-api-key'],
    ['oauth', 'bearer'],
  ])('with a credential of %s uses %s', (source, style) => {
    const place = { target, reason: 'main', pool: undefined };
    expect(createCandidate(place, credential(source)).target.authStyle).toBe(style);
  });
});
