/**
 * A login as `credentials.json` keeps it: who it is, where its tokens come from, the tokens, and
 * the token request under way. Everything that reads or renews a token works on this shape.
 */

import { z } from 'zod';
import type { StoredLogin } from '../../config/files/credentials-file.ts';

const text = z.string().min(1);

const tokens = z.looseObject({
  access: text,
  refresh: text.optional(),
  /** The id token as it came, for programs that ask for it. */
  id: text.optional(),
  scope: z.string().optional(),
  /** Epoch ms, both by our clock. */
  receivedAt: z.number(),
  /** Absent: the server did not say. */
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
  /** From then on nobody works on it any more. */
  until: z.number(),
  owner: text,
  /**
   * What the server answered, not yet judged: whoever finds it here finishes the token request
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
  /** Refresh tokens go to this server and no other, whatever the config says by now. */
  server,
  clientId: text,
  scopes: z.array(text).default([]),
  /** The account as the server names it; absent where it does not. */
  subject: text.optional(),
  addedAt: z.number(),
  tokens,
  exchange: exchange.optional(),
  /** The server said that the refresh token is good for nothing; only a login ends that. */
  refusal: z.looseObject({ at: z.number(), until: z.number(), reason: z.string() }).optional(),
});

/** One that is being changed. */
export type DraftLogin = z.infer<typeof login>;
export type Login = Readonly<DraftLogin>;
export type Tokens = Readonly<z.infer<typeof tokens>>;
export type LoginServer = Readonly<z.infer<typeof server>>;
export type Refusal = NonNullable<Login['refusal']>;

/** Undefined for an entry that another version wrote and this one cannot read. */
export function parseLogin(stored: StoredLogin): Login | undefined {
  const parsed = login.safeParse(stored);
  return parsed.success ? parsed.data : undefined;
}

/**
 * Whether both are the same account of the same client at the same server; an account nobody named
 * is no other.
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

/** What a refresh leaves: fields that the answer does not have stay as they were. */
export function renewTokens(before: Tokens, answer: Tokens): Tokens {
  return { ...before, expiresAt: undefined, ...answer };
}

/** The label that lists and messages show, with its provider. */
export function nameLogin({ provider, label }: Pick<Login, 'provider' | 'label'>): string {
  return `${label} of ${provider}`;
}
