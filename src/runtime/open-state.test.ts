/** What makes a home a member of a fleet is a secret, and stands in nothing that is written. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { resolvePaths } from '../config/files/paths.ts';
import { ConfigHolder } from '../config/holder/holder.ts';
import { Redactor } from '../credentials/redact/redact.ts';
import { findFleet } from './open-state.ts';

const secrets = {
  HOLDFAST_FLEET_KEY: 'ab12'.repeat(16),
  HOLDFAST_FLEET_KEY_OLD: 'cd34'.repeat(16),
  ENGINE_PASSWORD: 'a password of the engine/1',
};

const notations: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => secret.toUpperCase(),
  (secret) => JSON.stringify({ error: secret }),
  (secret) => encodeURIComponent(secret),
  (secret) => Buffer.from(`key: ${secret}`).toString('base64'),
  (secret) => Buffer.from(secret).toString('hex'),
  (secret) => secret.slice(0, 20),
];

function openMember(given: object) {
  const host = createFakeHost({ environment: secrets });
  const redactor = new Redactor();
  const paths = resolvePaths(host.environment);
  const onEvent = (): void => undefined;
  const holder = new ConfigHolder({ host, paths, redactor, onEvent, given, mayLackKeys: true });
  const fleet = findFleet(host, paths, holder);
  holder.close();
  return { fleet, redactor };
}

const state = `redis://user:\${ENGINE_PASSWORD}@engine.test:6379`;

it.each(Object.entries(secrets))('%s is blanked in every notation', (_name, secret) => {
  const { fleet, redactor } = openMember({ main: 'openai/gpt', state });
  expect(fleet?.keys).toEqual([secrets.HOLDFAST_FLEET_KEY, secrets.HOLDFAST_FLEET_KEY_OLD]);
  for (const write of notations) {
    const written = write(secret);
    expect(redactor.redact(`it said ${written} and ended`)).not.toContain(written);
  }
});

it.each([
  ['another name of the engine', { state: `${state}?prefix=holdfast` }, []],
  ['another port of its own', { gateway: { port: 4700 } }, []],
  ['another model', { main: 'openai/other' }, ['main']],
])('a member with %s has the digests of another configuration: %j', (_what, more, sections) => {
  const [one, other] = [{}, more].map((differing) => {
    const { fleet } = openMember({ main: 'openai/gpt', state, ...differing });
    return fleet?.describe().settings ?? {};
  });
  const names = Object.keys({ ...one, ...other });
  expect(names.filter((name) => one?.[name] !== other?.[name])).toEqual(sections);
});
