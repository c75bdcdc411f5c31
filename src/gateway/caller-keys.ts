/**
 * Keys of callers, made by `holdfast key add`. A running gateway sees a change on the next request
 * with such a key. The file holds hashes only, so reading it gives no access.
 */

import { hash } from 'node:crypto';
import { z } from 'zod';
import { type FileContent, TrackedFile } from '../config/files/tracked-file.ts';
import { budget, toLimits } from '../config/schema/budget-schema.ts';
import { askWhetherMeant } from '../config/schema/nearest.ts';
import { holdLockFile, type LockHost } from '../credentials/stored/lock-file.ts';
import { AccessError } from '../errors.ts';
import { shellLine } from '../host/shell-line.ts';
import type { Host } from '../host.ts';
import type { Fix } from '../model/fix.ts';
import type { BudgetStanding, SpendingLimit } from '../model/spending.ts';
import type { Runtime } from '../runtime.ts';
import { makeKey } from './key.ts';
import { oncePerTurn } from './once-per-turn.ts';
import {
  noteRevoked,
  type RevokedKey,
  readKeysFile,
  trackRevokedKeys,
  writeKeysFile,
} from './revoked-keys.ts';

export const keyScopes = ['call', 'admin', 'metrics'] as const;

/**
 * `call`: send requests to models. `metrics`: read counters. `admin`: read and change the gateway's
 * state, counters included, but no requests to models.
 */
export type KeyScope = (typeof keyScopes)[number];

export const callerKey = z.strictObject({
  name: z.string().min(1),
  /** Is the SHA-256 of the key, base64url. */
  hash: z.string().length(43),
  scope: z.enum(keyScopes),
  /** The tasks that it may use. Default: all, and models by name. */
  tasks: z.array(z.string()).optional(),
  /** Default: no limit of its own. */
  budget: budget.optional(),
  /** What it makes at a provider is everybody's who has no key of `key add`. Default: its own. */
  isShared: z.literal(true).optional(),
  /** Epoch ms. */
  addedAt: z.number(),
  /** Epoch ms. Default: never. */
  expiresAt: z.number().optional(),
  /** Each change has the next one; members of a fleet keep the higher. Default: 1. */
  version: z.number().optional(),
});

const format = z.strictObject({ version: z.literal(1), keys: z.array(callerKey) });

export type CallerKey = Readonly<z.infer<typeof callerKey>>;

/** Turns a key's budget into limits, as budgets in the configuration have them. */
export function toCallerLimits(
  said: NonNullable<CallerKey['budget']>,
  name: string,
): readonly SpendingLimit[] {
  return toLimits(said, { of: `the caller ${name}`, setBy: `the key ${name}`, caller: name });
}

/** Looks a key up by its hash. The file is checked once per turn of the event loop. */
export interface CallerKeys {
  /**
   * If the file is invalid, its last good content stays in force; `onFault` is called once, and
   * again after a change.
   */
  find(hash: string): CallerKey | undefined;
  /** The file cannot be used now: a key that is not found may be good. */
  isUnusable(): boolean;
  /** Whether it is the gateway's own key, as a fleet has it now. Default: only the one given is. */
  readonly isFirst?: (hash: string) => boolean;
  /** Finds a key that was revoked, so that its user is told so. */
  findRevoked(hash: string): (RevokedKey & Replaced) | undefined;
}

interface Replaced {
  /** Another key has its name now. */
  readonly isReplaced: boolean;
}

/** Returns the keys, or what is wrong with the file. */
export function createCallerKeys(
  host: Host,
  path: string,
  onFault: (text: string) => void,
): CallerKeys {
  let good: ReadonlyMap<string, CallerKey> = new Map();
  let isUnusable = false;
  const parse = (content: FileContent): ReadonlyMap<string, CallerKey> => {
    const parsed = parseContent(content);
    isUnusable = typeof parsed === 'string';
    if (typeof parsed === 'string')
      onFault(
        `${path} ${parsed}: ${good.size === 0 ? 'no caller key is known until it is corrected' : 'the caller keys that were known before stay in force'}`,
      );
    else good = new Map(parsed.map((key) => [key.hash, key]));
    return good;
  };
  const file = new TrackedFile({ host, path, parse, isSuspect: () => false });
  const current = oncePerTurn(host.clock, () => file.current());
  const revoked = trackRevokedKeys(host, path);
  const findRevoked: CallerKeys['findRevoked'] = (wanted) => {
    const key = revoked(wanted);
    const isNamed = ({ name }: CallerKey): boolean => name === key?.name;
    return key && { ...key, isReplaced: [...current().values()].some(isNamed) };
  };
  return { find: (wanted) => current().get(wanted), isUnusable: () => isUnusable, findRevoked };
}

function parseContent(content: FileContent): readonly CallerKey[] | string {
  if (content.state === 'absent') return [];
  if (content.state === 'unreadable') return content.reason;
  try {
    const parsed = format.safeParse(JSON.parse(content.text));
    if (parsed.success) return parsed.data.keys;
    const [issue] = parsed.error.issues;
    return `is not a list of caller keys (${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'})`;
  } catch (error) {
    return `is not JSON${lineOf(content.text, String(error))}`;
  }
}

/** The parser's words name the place as `position 812`, and quote the text around it. */
function lineOf(text: string, said: string): string {
  const [, at] = /\bposition (\d+)/.exec(said) ?? [];
  return at === undefined ? '' : ` (line ${text.slice(0, Number(at)).split('\n').length})`;
}

export function hashKey(key: string): string {
  return hash('sha256', key, 'base64url');
}

export interface CallerKeysPlace {
  readonly host: LockHost;
  /** Must be absolute. */
  readonly path: string;
}

/** Throws `AccessError` if the file is invalid. */
export function listCallerKeys({ host, path }: CallerKeysPlace): readonly CallerKey[] {
  const parsed = parseContent(readKeysFile(host.files, path));
  if (typeof parsed !== 'string') return parsed;
  throw new AccessError('config-invalid', `${path} ${parsed}`, {
    fix: 'correct it, or remove it and make the keys again with holdfast key add',
  });
}

/**
 * Returns every budget's state, those of callers last. Rejects with `AccessError` if the key file
 * is invalid.
 */
export async function readBudgets({
  host,
  paths,
  budgets,
}: Pick<Runtime, 'host' | 'paths' | 'budgets'>): Promise<readonly BudgetStanding[]> {
  const keys = listCallerKeys({ host, path: paths.callerKeysFile });
  return budgets(
    keys.flatMap(({ budget: said, name }) => (said ? toCallerLimits(said, name) : [])),
  );
}

/**
 * Makes a key and returns it: only its hash is stored. Throws `AccessError` if the name is taken;
 * `ifTaken` is what fixes that.
 */
export async function addCallerKey(
  place: CallerKeysPlace,
  given: Omit<CallerKey, 'hash' | 'addedAt'>,
  ifTaken:
    | string
    | Fix = `choose another name, or revoke that one first: ${shellLine`holdfast key revoke ${given.name}`}`,
): Promise<string> {
  const key = makeKey(place.host);
  await editKeys(place, (keys) => {
    if (keys.some(({ name }) => name === given.name))
      throw new AccessError('request-invalid', `there is a key called ${given.name} already`, {
        fix: ifTaken,
      });
    return [...keys, { ...given, hash: hashKey(key), addedAt: place.host.clock.now() }];
  });
  return key;
}

/** Throws `AccessError` for an unknown name. */
export function findCallerKey(place: CallerKeysPlace, name: string): CallerKey {
  const keys = listCallerKeys(place);
  const found = keys.find((key) => key.name === name);
  if (found !== undefined) return found;
  const names = keys.map((key) => key.name);
  const listed =
    names.length === 0 ? 'holdfast key add makes one' : `choose among ${names.join(', ')}`;
  throw new AccessError('request-invalid', `there is no key called ${name}`, {
    fix: askWhetherMeant(name, names) ?? listed,
  });
}

/**
 * Revokes a key at once, in every gateway of this home: all of its name, which two members of a
 * fleet may have made apart, or only that with this hash. Throws `AccessError` for an unknown name.
 */
export async function revokeCallerKey(
  place: CallerKeysPlace,
  name: string,
  only?: string,
): Promise<CallerKey> {
  const found = findCallerKey(place, name);
  const isMeant = (key: CallerKey): boolean =>
    key.name === name && (only === undefined || key.hash === only);
  await editKeys(place, (keys) => {
    for (const key of keys.filter(isMeant)) noteRevoked(place, key);
    return keys.filter((key) => !isMeant(key));
  });
  return found;
}

/** Changes all keys of this name. Throws `AccessError` for an unknown one. */
export async function editCallerKey(
  place: CallerKeysPlace,
  name: string,
  change: Partial<Pick<CallerKey, 'budget' | 'isShared'>>,
): Promise<void> {
  findCallerKey(place, name);
  await editKeys(place, (keys) =>
    keys.map((key) =>
      key.name === name ? { ...key, ...change, version: (key.version ?? 1) + 1 } : key,
    ),
  );
}

/** Changes the file under its lock. */
export async function editKeys(
  { host, path }: CallerKeysPlace,
  change: (keys: readonly CallerKey[]) => readonly CallerKey[],
): Promise<void> {
  await holdLockFile(host, { path: `${path}.lock`, lockMs: 3000, waitMs: 15_000 }, () => {
    const keys = change(listCallerKeys({ host, path }));
    writeKeysFile(host.files, path, keys);
  });
}
