/** These commands change stored keys: `holdfast auth remove`, `rename` and `move`. */

import type { StoredKeys, StoredKeyView } from '../../../credentials/stored/stored-keys.ts';
import {
  type Args,
  createCommand,
  json,
  type Printout,
  required,
  toggle,
} from '../../context/command.ts';
import { mistake } from '../../context/mistake.ts';
import type { CommandContext } from '../../terminal/terminal.ts';

const id = required('id', 'the id or label of the key');

const removeParams = { id, dryRun: toggle('only show what would be removed'), json };
const renameParams = {
  id,
  label: required('label'),
  dryRun: toggle('only show what would be renamed'),
  json,
};
const moveParams = {
  id,
  place: required('place', 'its new place, counted from 1'),
  dryRun: toggle('only show what would be moved'),
  json,
};

export const commands = {
  remove: createCommand({
    params: removeParams,
    example: 'holdfast auth remove spare',
    run: removeStoredKey,
  }),
  rename: createCommand({
    params: renameParams,
    example: 'holdfast auth rename key-1 work',
    run: renameStoredKey,
  }),
  move: createCommand({ params: moveParams, example: 'holdfast auth move work 1', run: move }),
};

function removeStoredKey(
  asked: Args<typeof removeParams>,
  context: CommandContext,
): Promise<Printout> {
  return change(context, asked, {
    verb: () => 'removed',
    work: (keys, key) => keys.remove(key.id),
  });
}

function renameStoredKey(
  asked: Args<typeof renameParams>,
  context: CommandContext,
): Promise<Printout> {
  return change(context, asked, {
    verb: () => `renamed to ${asked.label}`,
    work: (keys, key) => keys.rename(key.id, asked.label),
  });
}

/** `place` counts from 1 among the stored keys of the provider, as in `auth list`. */
function move(asked: Args<typeof moveParams>, context: CommandContext): Promise<Printout> {
  const { place } = asked;
  const wanted = Number(place);
  if (!/^\d+$/.test(place) || wanted < 1) {
    throw mistake(
      `${place} is no place`,
      'count from 1: holdfast auth move ID 1 puts the key first among the stored keys of its provider',
    );
  }
  return change(context, asked, {
    verb: (keys, { provider }) => {
      const last = keys.list().filter((key) => key.provider === provider).length;
      return `moved to place ${Math.min(wanted, last)}`;
    },
    work: (keys, key) => keys.move(key.id, wanted - 1),
  });
}

interface Change {
  /** Describes the change once it is made, for people. */
  readonly verb: (keys: StoredKeys, key: StoredKeyView) => string;
  readonly work: (keys: StoredKeys, key: StoredKeyView) => Promise<StoredKeyView>;
}

/**
 * Works without a usable configuration, so that a key can be removed while the configuration is
 * broken.
 */
async function change(
  { host, paths }: CommandContext,
  { id, dryRun = false }: Args<typeof removeParams>,
  { verb, work }: Change,
): Promise<Printout> {
  const { createStoredKeys } = await import('../../../credentials/stored/stored-keys.ts');
  const { selectStoredKey } = await import('../../../diagnostics/find-keys.ts');
  const keys = createStoredKeys({ host, path: paths.credentialsFile });
  const found = selectStoredKey(keys.list(), id);
  const done = verb(keys, found);
  const key = dryRun ? found : await work(keys, found);
  const would = dryRun ? 'dry run, it would be ' : '';
  const out = [`${found.credentialId} (${found.label}, ${found.fingerprint}): ${would}${done}`];
  return { json: { schema: 'holdfast.auth-change/1', key, dryRun }, out };
}
