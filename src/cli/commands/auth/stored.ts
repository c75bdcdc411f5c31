/** These commands change stored keys: `holdfast auth remove`, `rename` and `move`. */

import type { StoredKeys, StoredKeyView } from '../../../credentials/stored/stored-keys.ts';
import { CredentialError } from '../../../errors.ts';
import { createCommand, json, type Printout, required, toggle } from '../../context/command.ts';
import { mistake } from '../../context/mistake.ts';
import { isConfigUnusable, quietly, withRuntimeUnless } from '../../context/with-runtime.ts';
import type { CommandContext } from '../../terminal/terminal.ts';

const id = required('id', 'the id or label of the key');

export const commands = {
  remove: createCommand({
    params: { id, dryRun: toggle('only show what would be removed'), json },
    example: 'holdfast auth remove spare',
    run: (asked, context) =>
      change(context, asked, {
        verb: () => 'removed',
        work: (keys, key) => keys.remove(key.id),
      }),
  }),
  rename: createCommand({
    params: {
      id,
      label: required('label'),
      dryRun: toggle('only show what would be renamed'),
      json,
    },
    example: 'holdfast auth rename key-1 work',
    run: (asked, context) =>
      change(context, asked, {
        verb: () => `renamed to ${asked.label}`,
        work: (keys, key) => keys.rename(key.id, asked.label),
      }),
  }),
  /** `place` counts from 1 among the stored keys of the provider, as in `auth list`. */
  move: createCommand({
    params: {
      id,
      place: required('place', 'its new place, counted from 1'),
      dryRun: toggle('only show what would be moved'),
      json,
    },
    example: 'holdfast auth move work 1',
    run: (asked, context) => {
      const { place } = asked;
      const wanted = Number(place);
      if (!/^\d+$/.test(place) || wanted < 1)
        throw mistake(
          `${place} is not a position`,
          'count from 1: holdfast auth move ID 1 puts the key first among the stored keys of its provider',
        );
      return change(context, asked, {
        verb: (keys, { provider }) => {
          const last = keys.list().filter((key) => key.provider === provider).length;
          return `moved to place ${Math.min(wanted, last)}`;
        },
        work: (keys, key) => keys.move(key.id, wanted - 1),
      });
    },
  }),
};

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
  context: CommandContext,
  { id, dryRun }: { readonly id: string; readonly dryRun: boolean },
  { verb, work }: Change,
): Promise<Printout> {
  const { createStoredKeys } = await import('../../../credentials/stored/stored-keys.ts');
  const { selectStoredKey } = await import('../../../diagnostics/find-keys.ts');
  const keys = createStoredKeys({ host: context.host, path: context.paths.credentialsFile });
  const found = await orElsewhere(context, id, () => selectStoredKey(keys.list(), id));
  const done = verb(keys, found);
  const key = dryRun ? found : await work(keys, found);
  const would = dryRun ? 'dry run, it would be ' : '';
  const out = [`${found.credentialId} (${found.label}, ${found.fingerprint}): ${would}${done}`];
  return { json: { schema: 'holdfast.auth-change/1', key, dryRun }, out };
}

/** A key that is not stored stands elsewhere: that is where it is changed. */
async function orElsewhere(
  { host }: CommandContext,
  name: string,
  select: () => StoredKeyView,
): Promise<StoredKeyView> {
  try {
    return select();
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    const { signal } = new AbortController();
    const pools = await withRuntimeUnless(isConfigUnusable, { ...quietly, host }, ({ keys }) =>
      keys.report({ signal, isGlance: true }),
    );
    const rows = (pools ?? [])
      .flatMap(({ keys }) => keys)
      .filter((row) => [row.id, row.provider, row.variable].includes(name))
      .filter(({ state }) => state !== 'missing');
    const places = rows.flatMap(({ foundAt, alsoAt }) => [foundAt, ...alsoAt]);
    if (places.length === 0 || rows.some(({ source }) => source === 'stored')) throw error;
    throw standsElsewhere(error, places);
  }
}

function standsElsewhere(cause: CredentialError, places: readonly string[]): CredentialError {
  const fix = `it is not stored, but read from ${places.join(', ')}; change it there`;
  return new CredentialError('credential-unknown', cause.message, { fix, cause });
}
