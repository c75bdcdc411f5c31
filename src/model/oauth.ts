/**
 * Logins: where people log in, as which client, with which scopes, and what happens to their
 * tokens. Types only.
 */

/** The authorization server and our client there. All addresses are `https`, or loopback. */
export interface LoginSettings {
  /** Missing endpoints are discovered here. */
  readonly issuer?: string;
  readonly deviceAuthorizationEndpoint?: string;
  readonly tokenEndpoint?: string;
  readonly revocationEndpoint?: string;
  /** A public client: it has no secret. */
  readonly clientId: string;
  readonly scopes: readonly string[];
}

/** A login's new token replaces the old one; both are fingerprints. */
export interface RenewedToken {
  readonly origin: string;
  readonly before: string;
  readonly after: string;
}
