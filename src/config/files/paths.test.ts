/** Which variables move which of our files. */

import { expect, it } from 'vitest';
import { resolvePaths } from './paths.ts';

function dotenvOf(variables: Readonly<Record<string, string>>): string {
  const environment = { get: (name: string) => variables[name], all: () => variables };
  return resolvePaths(environment).dotenvFile;
}

it.each([
  [{ HOME: '/h' }, '/h/.config/holdfast/.env'],
  [{ HOLDFAST_HOME: '/data/' }, '/data/.env'],
  [{ HOLDFAST_HOME: '/data', HOLDFAST_ENV_FILE: '' }, '/data/.env'],
  [{ HOLDFAST_HOME: '/data', HOLDFAST_ENV_FILE: '/run/secrets/e' }, '/run/secrets/e'],
])('%j: %s', (variables: Readonly<Record<string, string>>, path) =>
  expect(dotenvOf(variables)).toBe(path),
);
