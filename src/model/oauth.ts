/**
 * Logins: where people log in at a provider, as which client and for what, and what becomes of
 * their tokens. Types only.
 */

/** The authorization server and the client we are there. All addresses are `https`, or loopback. */
export interface LoginSettings {
  /** Endpoints that do not stand here are discovered there. */
  readonly issuer?: string;
  readonly deviceAuthorizationEndpoint?: string;
  readonly tokenEndpoint?: string;
  readonly revocationEndpoint?: string;
  /** A public client: it has no secret. */
  readonly clientId: string;
  readonly scopes: readonly string[];
}

/** One login's token in the place of another, by their fingerprints. */
export interface RenewedToken {
  readonly origin: string;
  readonly before: string;
  readonly after: string;
}
