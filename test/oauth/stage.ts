/** A stored login on a fake host, and what an authorization server says to it. */

import { createCredentialsFile } from '../../src/config/files/credentials-file.ts';
import type { Login } from '../../src/credentials/oauth/login.ts';
import { Renewer } from '../../src/credentials/oauth/renewer.ts';
import { LoginVault } from '../../src/credentials/oauth/vault.ts';
import { Redactor } from '../../src/credentials/redact/redact.ts';
import type { Host } from '../../src/host.ts';
import { createFakeHost, type FakeHost, type UpstreamStep } from '../fakes/fake-host.ts';

export const path = '/h/credentials.json';
export const now = 1_800_000_000_000;

export const login: Login = {
  id: 'l1',
  provider: 'corp',
  label: 'ada',
  origin: 'https://llm.example',
  server: { issuer: 'https://login.example', tokenEndpoint: 'https://login.example/token' },
  clientId: 'holdfast',
  scopes: ['openid'],
  subject: 'ada',
  addedAt: 1,
  tokens: {
    access: 'at-test-first',
    refresh: 'rt-test-first',
    id: 'id-test-first',
    scope: 'openid',
    receivedAt: now - 3_600_000,
    expiresAt: now - 1,
  },
};

export interface Stage {
  readonly host: FakeHost;
  readonly vault: LoginVault;
  readonly renewer: Renewer;
  /** The login as it is stored now. */
  stored(): Login;
  /** Writes the login as another process would. */
  store(changed: Login): void;
}

export interface StageOptions {
  readonly login?: Login;
  /** What the renewer sees instead of the fake host itself. */
  readonly wrap?: (host: FakeHost) => Host;
}

export function openStage(options: StageOptions = {}): Stage {
  const fake = createFakeHost({ now });
  const host = options.wrap?.(fake) ?? fake;
  const redactor = new Redactor();
  const file = createCredentialsFile(host, path);
  const vault = new LoginVault({ file, place: { host, path }, redactor });
  const renewer = new Renewer({ host, vault, path, redact: (text) => redactor.redact(text) });
  const store = (changed: Login): void => fake.setFile(path, format(changed));
  store(options.login ?? login);
  const stored = (): Login => JSON.parse(fake.fileText(path) ?? '').logins[0];
  return { host: fake, vault, renewer, stored, store };
}

/** As our writer writes it, byte for byte. */
export function format(changed: Login): string {
  return `${JSON.stringify({ version: 1, keys: [], logins: [changed] }, undefined, 2)}\n`;
}

export function says(body: object, status = 200): UpstreamStep {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    chunks: [JSON.stringify(body)],
  };
}

export const granted = {
  access_token: 'at-test-second',
  refresh_token: 'rt-test-second',
  token_type: 'Bearer',
  expires_in: 3600,
};

/** An id token of this account; its signature is nobody's. */
export function idTokenOf(subject: string): string {
  const claims = {
    iss: login.server.issuer,
    aud: login.clientId,
    sub: subject,
    iat: 1_700_000_000,
    exp: 9_000_000_000,
  };
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode({ alg: 'RS256' })}.${encode(claims)}.${encode({ not: 'a signature' })}`;
}
