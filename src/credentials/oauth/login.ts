/**
 * The shape of a login in `credentials.json`: its account, its server, its tokens, and the token
 * request under way. Everything that reads or renews a token works on it.
 */

import { z } from 'zod';
import type { StoredLogin } from '../../config/files/credentials-file.ts';

const text = z.string().min(1);

const tokens = z.looseObject({
  access: text,
  refresh: text.optional(),
  /** The raw id token, for programs that ask for it. */
  id: text.optional(),
  scope: z.string().optional(),
  /** Both are epoch ms by our clock. */
  receivedAt: z.number(),
  /** Absent if the server did not say. */
  expiresAt: z.number().optional(),
});

const server = z.looseObject({
  issuer: text,
  tokenEndpoint: text,
  revocationEndpoint: text.optional(),
  idTokenAlgorithms: z.array(text).optional(),
});

/**
 * Written before a refresh token is sent, so that a crash leaves no doubt about what was under way.
 */
const exchange = z.looseObject({
  startedAt: z.number(),
  /** After this time the process that sent it has given up. */
  until: z.number(),
  owner: text,
  /** The member of the fleet that sends it. Absent outside a fleet. */
  home: text.optional(),
  /** A process that sent the same token before ended without an answer. */
  isAgain: z.boolean().optional(),
  /**
   * The server's answer, not yet judged: a process that finds it here finishes the token request
   * without sending anything.
   */
  answer: z.looseObject({ tokens, subject: text.optional() }).optional(),
});

const login = z.looseObject({
  id: text,
  provider: text,
  label: text,
  /** The only origin the access token may be sent to (law 12). */
  origin: text,
  account: text.optional(),
  /** Refresh tokens go only to this server, even if the config has changed since. */
  server,
  clientId: text,
  scopes: z.array(text).default([]),
  /** The account as the server names it; absent if it does not. */
  subject: text.optional(),
  addedAt: z.number(),
  /** In a fleet each change has the next one. Default: 1. */
  version: z.number().optional(),
  tokens,
  exchange: exchange.optional(),
  /** How often an answer with its next tokens was lost, because its process was killed. */
  lost: z.number().optional(),
  /** Present after the server refused the refresh token for good; only a new login helps. */
  refusal: z.looseObject({ at: z.number(), until: z.number(), reason: z.string() }).optional(),
});

/** A login while it is being changed. */
export type DraftLogin = z.infer<typeof login>;
export type Login = Readonly<DraftLogin>;
export type Tokens = Readonly<z.infer<typeof tokens>>;
export type LoginServer = Readonly<z.infer<typeof server>>;
export type Refusal = NonNullable<Login['refusal']>;

/** Returns undefined for an entry of another version that this one cannot read. */
export function parseLogin(stored: StoredLogin): Login | undefined {
  const parsed = login.safeParse(stored);
  return parsed.success ? parsed.data : undefined;
}

/**
 * True when both are the same account of the same client at the same server; an unnamed account
 * matches any.
 */
export function isSameIdentity(one: Login, other: Login): boolean {
  const isSameSubject =
    one.subject === undefined || other.subject === undefined || one.subject === other.subject;
  return (
    isSameSubject &&
    one.server.issuer === other.server.issuer &&
    one.clientId === other.clientId &&
    one.origin === other.origin
  );
}

/** Merges a refresh into the old tokens: fields missing in the answer stay. */
export function renewTokens(before: Tokens, answer: Tokens): Tokens {
  return { ...before, expiresAt: undefined, ...answer };
}

/** Returns the label that lists and messages show, with its provider. */
export function nameLogin({ provider, label }: Pick<Login, 'provider' | 'label'>): string {
  return `${label} of ${provider}`;
}
