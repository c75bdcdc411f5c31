/**
 * A real authorization server (oidc-provider) and an API that takes its access tokens, both over
 * HTTP on loopback.
 */

import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface TokenRequest {
  readonly grantType: string;
  readonly outcome: 'granted' | string;
}

export interface IdentityProviderOptions {
  /** Seconds that the access token of the nth grant lives, counted from 0. Default: 3600. */
  readonly lifetime?: (grant: number) => number;
  /** Whether a refresh token is good for one token request only. Default: true. */
  readonly rotates?: boolean;
  /** Called before an answer of the token endpoint goes out; it waits for the promise. */
  readonly beforeAnswer?: (grantType: string) => Promise<void> | void;
}

export interface IdentityProvider {
  readonly issuer: string;
  /** Base URL of the API, as `providers.*.base_url`. */
  readonly apiUrl: string;
  readonly clientId: string;
  /**
   * What the token endpoint was asked, in order; polls that were answered `authorization_pending`
   * are left out.
   */
  readonly tokenRequests: readonly TokenRequest[];
  /** How the API answered, in order. */
  readonly apiStatuses: readonly number[];
  /** Every access token the API refuses from now on, whatever the server says. */
  readonly refusedTokens: Set<string>;
  /** A person types the code and agrees, or not. */
  confirm(userCode: string, account?: string): Promise<void>;
  deny(userCode: string): Promise<void>;
  /** Whatever was granted until now is refused, and not renewed. */
  revoke(): Promise<void>;
  close(): Promise<void>;
}

const clientId = 'holdfast-test';

/** Starts both on free ports of 127.0.0.1. */
export async function startIdentityProvider(
  options: IdentityProviderOptions = {},
): Promise<IdentityProvider> {
  const tokenRequests: TokenRequest[] = [];
  const apiStatuses: number[] = [];
  const granted: string[] = [];
  const refusedTokens = new Set<string>();
  let serve: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  const server = createServer((request, response) => serve(request, response));
  const issuer = await listen(server);
  let grants = 0;
  const provider = new Provider(issuer, configure({ ...options, nextGrant: () => grants++ }));
  provider.on('grant.success', ({ oidc }) => {
    tokenRequests.push({ grantType: shorten(oidc.params?.['grant_type']), outcome: 'granted' });
  });
  provider.on('grant.error', ({ oidc }, error) => {
    if (error.message !== 'authorization_pending')
      tokenRequests.push({
        grantType: shorten(oidc.params?.['grant_type']),
        outcome: error.message,
      });
  });
  serve = holdAnswers(provider.callback(), options.beforeAnswer);
  const api = createServer(async (request, response) => {
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    const found = refusedTokens.has(token) ? undefined : await provider.AccessToken.find(token);
    const isGood = found?.isValid === true;
    apiStatuses.push(isGood ? 200 : 401);
    if (isGood) return answer(request, response, found.accountId);
    response.writeHead(401, { 'content-type': 'application/json' });
    return response.end(JSON.stringify(refusal));
  });
  const apiUrl = `${await listen(api)}/v1`;
  return {
    issuer,
    apiUrl,
    clientId,
    tokenRequests,
    apiStatuses,
    refusedTokens,
    confirm: async (userCode, account = 'ada') => {
      granted.push(await confirm(provider, userCode, account));
    },
    revoke: async () => {
      const kinds = [provider.AccessToken, provider.RefreshToken];
      await Promise.all(
        granted.flatMap((grant) => kinds.map((kind) => kind.revokeByGrantId(grant))),
      );
    },
    deny: (userCode) => deny(provider, userCode),
    close: async () => {
      await Promise.all([server, api].map(stop));
    },
  };
}

function configure({
  lifetime = () => 3600,
  rotates = true,
  nextGrant,
}: IdentityProviderOptions & { readonly nextGrant: () => number }): object {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    clients: [
      {
        client_id: clientId,
        token_endpoint_auth_method: 'none',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        response_types: [],
        redirect_uris: [],
      },
    ],
    jwks: {
      keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'test' }],
    },
    cookies: { keys: ['only for tests'] },
    features: {
      deviceFlow: { enabled: true },
      revocation: { enabled: true, allowedPolicy: () => true },
      devInteractions: { enabled: false },
    },
    claims: { openid: ['sub'], email: ['email'] },
    conformIdTokenClaims: false,
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.test` }),
    }),
    issueRefreshToken: () => true,
    rotateRefreshToken: rotates,
    ttl: {
      AccessToken: () => lifetime(nextGrant()),
      DeviceCode: 60,
      Grant: 86_400,
      IdToken: 3600,
      RefreshToken: 86_400,
    },
  };
}

function shorten(grantType: string | undefined): string {
  return grantType?.split(':').at(-1) ?? 'none';
}

/** Lets a test stand between the server's decision and the client's hearing of it. */
function holdAnswers(
  callback: (request: IncomingMessage, response: ServerResponse) => void,
  before: IdentityProviderOptions['beforeAnswer'],
): (request: IncomingMessage, response: ServerResponse) => void {
  if (before === undefined) return callback;
  return (request, response) => {
    if (request.url !== '/token') return callback(request, response);
    const body: Buffer[] = [];
    request.on('data', (chunk: Buffer) => body.push(chunk));
    const end = response.end.bind(response);
    Object.assign(response, {
      end: (...parts: Parameters<typeof end>) => {
        const grantType =
          new URLSearchParams(Buffer.concat(body).toString()).get('grant_type') ?? '';
        void Promise.resolve(before(shorten(grantType))).then(() => end(...parts));
        return response;
      },
    });
    return callback(request, response);
  };
}

/** Returns the id of what was granted. */
async function confirm(provider: Provider, userCode: string, accountId: string): Promise<string> {
  const code = await provider.DeviceCode.findByUserCode(userCode.replace(/\W/g, ''));
  if (code === undefined) throw new Error(`no device code for ${userCode}`);
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(code.params['scope'] ?? 'openid');
  const grantId = await grant.save();
  Object.assign(code, { accountId, grantId, scope: code.params['scope'] });
  await code.save();
  return grantId;
}

async function deny(provider: Provider, userCode: string): Promise<void> {
  const code = await provider.DeviceCode.findByUserCode(userCode.replace(/\W/g, ''));
  if (code === undefined) throw new Error(`no device code for ${userCode}`);
  Object.assign(code, { error: 'access_denied', errorDescription: 'the person said no' });
  await code.save();
}

const refusal = { error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } };

/** `hello ACCOUNT`, whole or as a stream, as the request wants it. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  account: string,
): Promise<void> {
  const body: Buffer[] = [];
  for await (const chunk of request) body.push(chunk);
  const isStream = JSON.parse(Buffer.concat(body).toString()).stream === true;
  const head = { id: 'answer-1', created: 1, model: 'm' };
  const message = { role: 'assistant', content: `hello ${account}` };
  const choice = { index: 0, finish_reason: 'stop' };
  if (!isStream) {
    response.writeHead(200, { 'content-type': 'application/json' });
    const whole = { ...head, object: 'chat.completion', choices: [{ ...choice, message }] };
    response.end(JSON.stringify(whole));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = {
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ ...choice, delta: message }],
  };
  response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve(`http://127.0.0.1:${port}`);
    });
  });
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
