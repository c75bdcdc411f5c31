/**
 * The two programs that may bring a login of their own: where each keeps it, how it is sent where,
 * and what its vendor says when the login is old or its plan used up.
 */

import { join } from 'node:path';
import type { Protocol } from '../client.ts';
import type { Refusal } from './recorder.ts';

/** A made-up login. It is renewed once. */
export interface Login {
  /** The one that it has at first, and the one that it is renewed to. */
  readonly tokens: readonly [string, string];
  readonly refreshTokens: readonly [string, string];
  readonly account: string;
}

export interface LoginProgram {
  readonly name: 'claude' | 'codex';
  readonly package: string;
  readonly protocol: Protocol;
  /** The entry of its vendor. */
  readonly provider: string;
  /** What it asks for an answer. */
  readonly path: string;
  readonly model: string;
  /** The call of its tool that leaves `listing.txt`. */
  readonly call: string;
  createLogin(name: string): Login;
  /** Its own file: a path in its home, and the text. */
  loginFile(login: Login): readonly [path: string, text: string];
  /** What its settings must be without us, beside the variables of `run`. */
  direct(origin: string): readonly (readonly [path: string, text: string])[];
  /** The words of the program, and its variables. */
  run(
    prompt: string,
    place: {
      /** Without us: the origin of its vendor. Else `connect` wrote it. */
      readonly origin?: string;
      readonly gatewayKey?: string;
      readonly tokenUrl: string;
    },
  ): { readonly argv: readonly [string, ...string[]]; readonly environment: Variables };
  /** What a token endpoint answers. */
  renewed(login: Login): object;
  readonly expired: Refusal;
  /** `resetsAt`: epoch seconds. */
  usedUp(resetsAt: number): Refusal;
  /** What its user is shown where nobody else may answer. */
  readonly showsUsedUp: RegExp;
}

type Variables = Readonly<Record<string, string>>;

const programs = join(import.meta.dirname, '../node_modules/.bin');
const listing = 'ls > listing.txt; cat listing.txt';

// File and renewal: seen with 2.1.329. It renews at platform.claude.com alone.
const claude: LoginProgram = {
  name: 'claude',
  package: '@anthropic-ai/claude-code',
  protocol: 'anthropic-messages',
  provider: 'anthropic',
  path: '/v1/messages',
  model: 'claude-sonnet-4-5',
  call: `Bash(${JSON.stringify({ command: listing, description: 'List the directory' })})`,
  createLogin: (name) => ({
    tokens: [madeUp(`sk-ant-oat01-${name}-`), madeUp(`sk-ant-oat01-${name}-`)],
    refreshTokens: [madeUp(`sk-ant-ort01-${name}-`), madeUp(`sk-ant-ort01-${name}-`)],
    account: `organization-of-${name}`,
  }),
  loginFile: ({ tokens, refreshTokens }) => [
    '.claude/.credentials.json',
    JSON.stringify({
      claudeAiOauth: {
        accessToken: tokens[0],
        refreshToken: refreshTokens[0],
        expiresAt: Date.now() + 6 * 3_600_000,
        scopes: ['user:inference', 'user:profile'],
        subscriptionType: 'max',
        rateLimitTier: 'default_claude_max_5x',
      },
    }),
  ],
  direct: () => [],
  run: (prompt, { origin, gatewayKey }) => ({
    argv: [join(programs, 'claude'), '--allowedTools', 'Bash', '-p', prompt],
    environment: {
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      ...(origin === undefined ? {} : { ANTHROPIC_BASE_URL: origin }),
      ...(gatewayKey === undefined
        ? {}
        : { ANTHROPIC_CUSTOM_HEADERS: `x-holdfast-key: ${gatewayKey}` }),
    },
  }),
  renewed: ({ tokens, refreshTokens }) => ({
    token_type: 'Bearer',
    access_token: tokens[1],
    refresh_token: refreshTokens[1],
    expires_in: 28_800,
    scope: 'user:inference user:profile',
  }),
  expired: {
    status: 401,
    body: {
      type: 'error',
      error: { type: 'authentication_error', message: 'OAuth token has expired.' },
    },
  },
  usedUp: (resetsAt) => ({
    status: 429,
    headers: {
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-reset': String(resetsAt),
      'anthropic-ratelimit-unified-representative-claim': 'five_hour',
      'anthropic-ratelimit-unified-5h-status': 'rejected',
      'anthropic-ratelimit-unified-5h-reset': String(resetsAt),
      'anthropic-ratelimit-unified-5h-utilization': '1.0',
    },
    body: {
      type: 'error',
      error: {
        type: 'rate_limit_error',
        message: "This request would exceed your account's limit.",
      },
    },
  }),
  showsUsedUp: /limit/i,
};

// File, renewal and header names: seen with 0.169.0.
const codex: LoginProgram = {
  name: 'codex',
  package: '@openai/codex',
  protocol: 'openai-responses',
  provider: 'chatgpt',
  path: '/v1/responses',
  model: 'gpt-5.5',
  call: `exec_command(${JSON.stringify({ cmd: listing })})`,
  createLogin: (name) => ({
    tokens: [madeUpJwt(name), madeUpJwt(name)],
    refreshTokens: [madeUp(`rt_${name}_`), madeUp(`rt_${name}_`)],
    account: `account-of-${name}`,
  }),
  loginFile: ({ tokens, refreshTokens, account }) => [
    '.codex/auth.json',
    JSON.stringify({
      OPENAI_API_KEY: null,
      tokens: {
        id_token: tokens[0],
        access_token: tokens[0],
        refresh_token: refreshTokens[0],
        account_id: account,
      },
      last_refresh: new Date().toISOString(),
    }),
  ],
  direct: (origin) => [
    [
      '.codex/config.toml',
      [
        'model_provider = "holdfast"',
        '[model_providers.holdfast]',
        'name = "Holdfast"',
        `base_url = "${origin}/v1"`,
        'wire_api = "responses"',
        'requires_openai_auth = true',
      ].join('\n'),
    ],
  ],
  run: (prompt, { gatewayKey, tokenUrl }) => ({
    argv: [
      join(programs, 'codex'),
      'exec',
      '--skip-git-repo-check',
      '--sandbox=danger-full-access',
      '--model=gpt-5.5',
      prompt,
    ],
    environment: {
      CODEX_REFRESH_TOKEN_URL_OVERRIDE: tokenUrl,
      ...(gatewayKey === undefined ? {} : { HOLDFAST_API_KEY: gatewayKey }),
    },
  }),
  renewed: ({ tokens, refreshTokens }) => ({
    id_token: tokens[1],
    access_token: tokens[1],
    refresh_token: refreshTokens[1],
  }),
  expired: {
    status: 401,
    body: {
      error: {
        message: 'Your authentication token has been invalidated. Please try signing in again.',
        type: 'invalid_request_error',
        code: 'token_invalidated',
        param: null,
      },
      status: 401,
    },
  },
  usedUp: (resetsAt) => ({
    status: 429,
    body: {
      error: {
        type: 'usage_limit_reached',
        message: 'The usage limit has been reached',
        plan_type: 'pro',
        resets_at: resetsAt,
        resets_in_seconds: resetsAt - Math.floor(Date.now() / 1000),
      },
    },
  }),
  showsUsedUp: /usage limit/i,
};

export const loginPrograms: readonly LoginProgram[] = [claude, codex];

function madeUp(beginning: string): string {
  const part = (): string => Buffer.from(String(Math.random())).toString('base64url');
  return `${beginning}${part()}${part()}`;
}

/** Codex reads the claims, and renews by itself what is about to end. */
function madeUpJwt(name: string): string {
  const encode = (value: object): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    exp: Math.floor(Date.now() / 1000) + 10 * 86_400,
    jti: madeUp(''),
    email: `${name}@example.com`,
    'https://api.openai.com/auth': {
      chatgpt_account_id: `account-of-${name}`,
      chatgpt_plan_type: 'pro',
      chatgpt_user_id: `user-${name}`,
    },
  };
  return `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}.${madeUp('')}`;
}
