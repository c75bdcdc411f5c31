/**
 * The callers' keys of a home that is a member of a fleet: made, changed or revoked on one member,
 * they are so on all. What was revoked stays so, whatever else was changed meanwhile.
 */

import { z } from 'zod';
import type { Runtime } from '../runtime.ts';
import { lastVersion, type SharedPart, type SharedValue } from '../store/fleet/shared-values.ts';
import {
  type CallerKey,
  type CallerKeys,
  type CallerKeysPlace,
  callerKey,
  createCallerKeys,
  editKeys,
  hashKey,
  listCallerKeys,
} from './caller-keys.ts';
import { trackGatewayKey } from './key.ts';
import {
  listRevoked,
  noteRevoked,
  type RevokedKey,
  revokedKey,
  revokedPath,
} from './revoked-keys.ts';

const prefix = 'caller-key/';

const shared = z.union([z.object({ revoked: revokedKey }), z.object({ key: callerKey })]);

/** The keys of callers. In a fleet the gateway's own key may become another one while it runs. */
export function openCallerKeys({
  sharedHome,
  host,
  paths,
  emit,
}: Pick<Runtime, 'sharedHome' | 'host' | 'paths' | 'emit'>): CallerKeys {
  const keys = createCallerKeys(host, paths.callerKeysFile, (text) =>
    emit({ type: 'warning', code: 'caller-keys-unusable', text }),
  );
  if (sharedHome === undefined) return keys;
  const key = trackGatewayKey(host, paths);
  return { ...keys, isFirst: (hash) => hash === hashKey(key()) };
}

/** Resolves when the files of this home and its fleet are the same; at once outside a fleet. */
export async function shareCallerKeys({
  sharedHome,
  host,
  paths,
}: Pick<Runtime, 'sharedHome' | 'host' | 'paths'>): Promise<void> {
  sharedHome?.share(createSharedCallerKeys({ host, path: paths.callerKeysFile }));
  await sharedHome?.bringTogether();
}

export function createSharedCallerKeys(place: CallerKeysPlace): SharedPart {
  const { host, path } = place;
  return {
    prefix,
    paths: [path, revokedPath(path)],
    list: (theirs) => {
      const revoked = listRevoked(host.files, path);
      const named = new Map(revoked.map((one) => [nameOf(one), toRevokedValue(one)]));
      // Those that the home has forgotten since are none the less known.
      for (const one of theirs.values()) if (one.version >= lastVersion) named.set(one.name, one);
      for (const key of listCallerKeys(place))
        if (!revoked.some(({ hash }) => hash === key.hash)) named.set(nameOf(key), toValue(key));
      return [...named.values()];
    },
    take: (values) =>
      editKeys(place, (keys) => values.reduce((all, one) => takeOne(place, all, one), keys)),
  };
}

function takeOne(
  place: CallerKeysPlace,
  all: readonly CallerKey[],
  { version, value }: SharedValue,
): readonly CallerKey[] {
  const { data } = shared.safeParse(value);
  if (data === undefined) return all;
  const { hash } = 'key' in data ? data.key : data.revoked;
  const others = all.filter((key) => key.hash !== hash);
  if ('key' in data) return [...others, { ...data.key, version }];
  noteRevoked(place, data.revoked);
  return others;
}

function nameOf({ hash }: Pick<CallerKey, 'hash'>): string {
  return `${prefix}${hash}`;
}

function toValue(key: CallerKey): SharedValue {
  const { version = 1, ...rest } = key;
  return { name: nameOf(key), version, value: JSON.parse(JSON.stringify({ key: rest })) };
}

function toRevokedValue(revoked: RevokedKey): SharedValue {
  return { name: nameOf(revoked), version: lastVersion, value: { revoked } };
}
