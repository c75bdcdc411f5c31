/** As much of oidc-provider's surface as the tests use; the package brings no types. */

declare module 'oidc-provider' {
  import type { EventEmitter } from 'node:events';
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Context {
    readonly oidc: { readonly params?: Readonly<Record<string, string>> };
  }

  interface StoredModel {
    save(): Promise<string>;
  }

  interface DeviceCode extends StoredModel {
    accountId?: string;
    grantId?: string;
    error?: string;
    errorDescription?: string;
    readonly clientId: string;
    readonly scope?: string;
    readonly params: Readonly<Record<string, string>>;
  }

  interface Grant extends StoredModel {
    addOIDCScope(scope: string): void;
  }

  export class Provider extends EventEmitter {
    constructor(issuer: string, configuration: object);
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    readonly DeviceCode: { findByUserCode(userCode: string): Promise<DeviceCode | undefined> };
    readonly Grant: new (of: {
      readonly accountId: string;
      readonly clientId: string;
    }) => Grant;
    readonly RefreshToken: { revokeByGrantId(grant: string): Promise<void> };
    readonly AccessToken: {
      revokeByGrantId(grant: string): Promise<void>;
      find(
        token: string,
      ): Promise<{ readonly isValid: boolean; readonly accountId: string } | undefined>;
    };
    on(event: 'grant.success', listener: (context: Context) => void): this;
    on(event: 'grant.error', listener: (context: Context, error: Error) => void): this;
  }
}
