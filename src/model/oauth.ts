/** How people log in at a provider: where, as which client, and for what. Types only; made by config from the catalogue and what the user wrote. */

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
