/**
 * `credentials.json`: keys added with `auth add` and tokens of `auth login`, re-read after every
 * change (law 4). An invalid file never counts as empty: the last good content stays in use, and
 * `problem` says why.
 */

import { z } from 'zod';
import { shellLine } from '../../host/shell-line.ts';
import type { Host } from '../../host.ts';
import type { Fix } from '../../model/fix.ts';
import { findConflict } from '../schema/conflict.ts';
import { maskInPrint } from '../secrets/masked.ts';
import { type FileContent, TrackedFile } from './tracked-file.ts';

const text = z.string().min(1);

/** Unknown fields, such as those of other versions, are preserved. */
const storedKey = z.looseObject({
  /** Short, unguessable and unique in the file; survives renames. */
  id: text,
  provider: text,
  label: text,
  secret: text,
  /** The only origin to which it may be sent (law 12). */
  origin: text,
  /** Epoch ms. */
  addedAt: z.number(),
  /** The test that was made when it was added. */
  verified: z.enum(['completion', 'unverified']),
  /** The limit group. Default: its own. */
  account: text.optional(),
  /** The environment variable it was copied from (`auth add --from-env`). */
  copiedFrom: text.optional(),
  /** Sorts the keys of its provider, lowest first. */
  order: z.number(),
});

/** The tokens of a login. Its other fields are known to the source that renews them. */
const storedLogin = z.looseObject({
  id: text,
  provider: text,
  label: text,
  origin: text,
  /** The limit group. Default: its own, whatever its current token is. */
  account: text.optional(),
});

const credentialsFormat = z.looseObject({
  version: z.literal(1),
  keys: z.array(storedKey).default([]),
  logins: z.array(storedLogin).default([]),
});

export type StoredKey = Readonly<z.infer<typeof storedKey>>;
export type StoredLogin = Readonly<z.infer<typeof storedLogin>>;
/** The whole file, as it is written back. */
export type CredentialsFormat = z.infer<typeof credentialsFormat>;

export interface CredentialsContent {
  /** Sorted by provider, then by order of use. */
  readonly keys: readonly StoredKey[];
  readonly logins: readonly StoredLogin[];
  /** Says why the file cannot be used now, with its path; absent if it can, or does not exist. */
  readonly problem?: string;
  /** What makes it usable; present with `problem`. */
  readonly fix?: Fix | undefined;
}

export type CredentialsFile = TrackedFile<CredentialsContent>;

/** A missing file has no keys. */
export function createCredentialsFile(host: Host, path: string): CredentialsFile {
  let good: CredentialsContent = { keys: [], logins: [] };
  const parse = (text: FileContent): CredentialsContent => {
    const content = toContent(text);
    const { problem, fix = moveAway(path) } = content;
    if (problem !== undefined) return { ...good, problem: `${path} ${problem}`, fix };
    good = content;
    return content;
  };
  return new TrackedFile({ host, path, parse, isSuspect });
}

function moveAway(path: string): Fix {
  return {
    text: 'correct it; or move it away, and add its keys again',
    command: shellLine`mv ${path} ${`${path}.old`}`,
  };
}

type ParsedCredentials =
  | { readonly isValid: true; readonly whole: CredentialsFormat }
  | { readonly isValid: false; readonly problem: string; readonly fix?: Fix };

/** Problems of an invalid file name places, never values. */
export function parseCredentials(content: string): ParsedCredentials {
  const json = parseStored(content);
  if (json === undefined) {
    const { message, fix } = findConflict(content) ?? { message: 'is not valid JSON' };
    return { isValid: false, problem: message, ...(fix && { fix: { text: fix } }) };
  }
  const parsed = credentialsFormat.safeParse(json);
  if (parsed.success) return { isValid: true, whole: parsed.data };
  const version = json instanceof Object && 'version' in json ? json.version : undefined;
  if (typeof version === 'number' && version > 1)
    return {
      isValid: false,
      problem: `was written by a newer holdfast (version ${version}; this one knows 1)`,
      fix: {
        text: 'update holdfast, or set HOLDFAST_HOME to another folder, with a copy of the configuration in it',
      },
    };
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'the file' : issue.path.join('.');
  return { isValid: false, problem: `is not in the form of version 1: ${place} is wrong` };
}

function parseStored(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    // Node's own message would quote the text around the error, which may be a key.
    return undefined; // the caller reports that it is not JSON, without quoting it
  }
}

function toContent(content: FileContent): CredentialsContent {
  if (content.state === 'absent') return { keys: [], logins: [] };
  if (content.state === 'unreadable')
    return {
      keys: [],
      logins: [],
      problem: `cannot be read: ${content.reason}`,
      fix: content.fix,
    };
  const parsed = parseCredentials(content.text);
  if (!parsed.isValid) {
    const { isValid: _, ...fault } = parsed;
    return { keys: [], logins: [], ...fault };
  }
  const { keys, logins } = parsed.whole;
  return {
    keys: keys
      .toSorted((a, b) => a.order - b.order)
      .map((key) => maskInPrint(key, `stored key ${key.id}`)),
    logins: logins.map((login) => maskInPrint(login, `stored login ${login.id}`)),
  };
}

/** True if the file may be half written. JSON that parses is complete. */
function isSuspect({ problem }: CredentialsContent): boolean {
  return problem !== undefined;
}
