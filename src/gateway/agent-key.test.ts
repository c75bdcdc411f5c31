/** The keys that `connect` makes on several machines of a fleet, which share their caller keys. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { dropAgentKey, keepAgentKey } from './agent-key.ts';
import { listCallerKeys } from './caller-keys.ts';

const path = '/config/caller-keys.json';

function openFleet() {
  const host = createFakeHost();
  const placeOf = (machine: string | undefined, folder = machine) => ({
    host,
    path,
    keyFile: `/state/${folder}/codex.key`,
    machine,
  });
  const listNames = () => listCallerKeys({ host, path }).map(({ name }) => name);
  return { placeOf, listNames };
}

it('each machine gets a key, keeps it when it asks again, and revokes its own only', async () => {
  const { placeOf, listNames } = openFleet();
  const [one, two] = [placeOf('web-1'), placeOf('web-2')];
  const first = await keepAgentKey(one, { name: 'codex' });
  const second = await keepAgentKey(two, { name: 'codex' });
  expect([first.name, second.name]).toEqual(['codex', 'codex-web-2']);
  for (const [place, made] of [
    [one, first],
    [two, second],
  ] as const)
    expect(await keepAgentKey(place, { name: 'codex' })).toEqual({ ...made, isNew: false });
  expect(await dropAgentKey(two)).toBe('codex-web-2');
  expect(listNames()).toEqual(['codex']);
  expect(await dropAgentKey(one)).toBe('codex');
  expect(listNames()).toEqual([]);
});

it.each([
  [undefined, ['codex']],
  ['web-1', ['codex', 'codex-web-1']],
])(
  'machine %s: a name whose key nobody knows any more is not taken over',
  async (machine, names) => {
    const { placeOf, listNames } = openFleet();
    for (const [at] of names.entries())
      await keepAgentKey(placeOf(machine, `home-${at}`), { name: 'codex' });
    const again = keepAgentKey(placeOf(machine, 'another'), { name: 'codex' });
    await expect(again).rejects.toThrow(`there is a key called ${names.at(-1)} already`);
    expect(listNames()).toEqual(names);
  },
);
