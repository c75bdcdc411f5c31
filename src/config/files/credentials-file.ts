/**
 * `credentials.json`: keys handed to `auth add` and the tokens of `auth login`, as of now at every
 * look (law 4). A file that cannot be used is never an empty one: what was last good stays in use,
 * and `problem` says why.
 */

import { z } from 'zod';
import type { Host } from '../../host.ts';
import { maskInPrint } from '../secrets/masked.ts';
import { type FileContent, TrackedFile } from './tracked-file.ts';

const text = z.string().min(1);

/** Fields of other versions and engineers pass through untouched. */
const storedKey = z.looseObject({
  /** Short and unguessable, unique in the file; stays through renames. */
  id: text,
  provider: text,
  label: text,
  secret: text,
  /** The only origin it may be sent to (law 12). */
  origin: text,
  /** Epoch ms. */
  addedAt: z.number(),
  /** What was tried when it was added. */
  verified: z.enum(['completion', 'unverified']),
  /** Limit group. Default: its own. */
  account: text.optional(),
  /** The environment variable that it is a copy of (`auth add --from-env`). */
  copiedFrom: text.optional(),
  /** Place among the keys of its provider, the lowest first. */
  order: z.number(),
});

/**
 * The tokens of a login; which further fields it has is known to the source that refreshes them.
 */
const storedLogin = z.looseObject({
  id: text,
  provider: text,
  label: text,
  origin: text,
  /** Limit group. Default: its own, whichever token it has at the moment. */
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

/** What may be used of the file. */
export interface CredentialsContent {
  /** In order of use, provider by provider. */
  readonly keys: readonly StoredKey[];
  readonly logins: readonly StoredLogin[];
  /**
   * Why the file, with its path, cannot be used as it is now; absent when it can, or does not
   * exist.
   */
  readonly problem?: string;
}

export type CredentialsFile = TrackedFile<CredentialsContent>;

/** Creates a reader of one `credentials.json`; a file that does not exist has no keys. */
export function createCredentialsFile(host: Host, path: string): CredentialsFile {
  let good: CredentialsContent = { keys: [], logins: [] };
  const parse = (text: FileContent): CredentialsContent => {
    const content = toContent(text);
    if (content.problem !== undefined) return { ...good, problem: `${path} ${content.problem}` };
    good = content;
    return content;
  };
  return new TrackedFile({ host, path, parse, isSuspect });
}

type ParsedCredentials =
  | { readonly isValid: true; readonly whole: CredentialsFormat }
  | { readonly isValid: false; readonly problem: string };

/** Reads the text of the file. The problem of a broken one names places, never values. */
export function parseCredentials(content: string): ParsedCredentials {
  const json = parseStored(content);
  if (json === undefined) return { isValid: false, problem: 'is not valid JSON' };
  const parsed = credentialsFormat.safeParse(json);
  if (parsed.success) return { isValid: true, whole: parsed.data };
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'the file' : issue.path.join('.');
  return { isValid: false, problem: `is not in the form of version 1: ${place} is wrong` };
}

function parseStored(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    // Node's own message would quote the text around the fault, which may be a key.
    return undefined; // the caller says that it is not JSON; nothing of the text may be told
  }
}

function toContent(content: FileContent): CredentialsContent {
  if (content.state === 'absent') return { keys: [], logins: [] };
  if (content.state === 'unreadable')
    return { keys: [], logins: [], problem: `cannot be read: ${content.reason}` };
  const parsed = parseCredentials(content.text);
  if (!parsed.isValid) return { keys: [], logins: [], problem: parsed.problem };
  const { keys, logins } = parsed.whole;
  return {
    keys: keys
      .toSorted((a, b) => a.order - b.order)
      .map((key) => maskInPrint(key, `stored key ${key.id}`)),
    logins: logins.map((login) => maskInPrint(login, `stored login ${login.id}`)),
  };
}

/** Whether the file may be half written. JSON that parses is complete. */
function isSuspect({ problem }: CredentialsContent): boolean {
  return problem !== undefined;
}
