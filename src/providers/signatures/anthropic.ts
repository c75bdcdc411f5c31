/** Anthropic's own errors: bills inside a 400, plan windows in headers. */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[S] CLIProxyAPI';

export const anthropicSignatures: readonly Signature[] = signaturesOf(source, {
  'anthropic-spend-limit-code': {
    field: { path: 'error.details.error_code', is: 'enforced_spend_limit_reached' },
    class: 'spend-limit',
    permanent: true,
    source: '[D] learn.microsoft.com dev-proxy',
  },
  'anthropic-plan-5h': {
    status: 429,
    header: { name: 'anthropic-ratelimit-unified-5h-status', is: /^rejected$/i },
    class: 'quota',
    before: ['anthropic-plan-7d', 'anthropic-plan-7d-model'],
  },
  'anthropic-plan-7d': {
    status: 429,
    header: { name: 'anthropic-ratelimit-unified-7d-status', is: /^rejected$/i },
    class: 'quota',
    before: ['anthropic-plan-7d-model'],
  },
  'anthropic-plan-7d-model': {
    status: 429,
    header: { name: 'anthropic-ratelimit-unified-7d_oi-status', is: /^rejected$/i },
    class: 'quota',
    scope: ['account', 'model'],
  },
  // A plan that is used up may be told as a lack of money, or of permission.
  'anthropic-plan-rejected': {
    status: [400, 402, 403],
    header: { name: 'anthropic-ratelimit-unified-status', is: /^rejected$/i },
    class: 'quota',
    source: 'n/v',
  },
  'anthropic-request-too-large': {
    type: 'request_too_large',
    class: 'context-overflow',
    source: '[D] https://platform.claude.com/docs/en/api/errors',
  },
  'anthropic-token-revoked': {
    status: [400, 401, 403],
    text: /token has been revoked|api key has been (disabled|deleted|revoked)/i,
    class: 'auth-revoked',
    source: '[I] https://github.com/anthropics/claude-code/issues/19028',
  },
  // A 403 also has a type about permissions.
  'anthropic-organization-disabled': {
    status: [400, 401, 403],
    field: { path: 'error.message', is: /organi[sz]ation has been disabled/i },
    class: 'account-closed',
    source: '[I] https://github.com/anthropics/claude-code/issues/19028',
  },
  'anthropic-credit-balance': {
    status: [400, 402, 403, 429],
    text: /credit balance is too low/i,
    class: 'billing',
    source: '[I] https://github.com/anthropics/claude-code/issues/66314',
  },
  'anthropic-spend-limit': {
    status: [400, 402, 403, 429],
    text: /reached your specified (api|workspace api) usage limits|spend limit/i,
    class: 'spend-limit',
    source: '[I] https://github.com/BerriAI/litellm/issues/37592',
  },
  // For a long context or a fast mode: other requests go on with the plan.
  'anthropic-extra-usage': {
    status: 429,
    text: /extra usage is required/i,
    class: 'forbidden-feature',
    source: '[I] https://github.com/anthropics/claude-code/issues/45200',
  },
  // The subscription of the login has ended, or its organization wants API keys.
  'anthropic-login-not-allowed': {
    status: [401, 403],
    text: /oauth authentication is (currently )?not allowed for this organi[sz]ation/i,
    class: 'forbidden-key',
    source: '[I] https://github.com/anthropics/claude-code/issues/6752',
  },
  // A key that is sent as a bearer token is taken for a login.
  'anthropic-other-header': {
    status: 401,
    text: /oauth authentication is (currently )?not supported/i,
    class: 'auth-unseen',
    source: 'n/v: wording from memory',
  },
  'anthropic-region': {
    status: [400, 403],
    field: {
      path: 'error.message',
      is: /\bnot (available|supported|allowed)\b.{0,40}\b(region|countr(y|ies)|location)s?\b|\bunsupported (countries|regions)/i,
    },
    class: 'forbidden-region',
    source: '[D] https://www.anthropic.com/supported-countries',
  },
  'anthropic-model-access': {
    type: 'permission_error',
    text: /permission to use the specified (resource|model)|access to (the )?(requested )?model/i,
    class: 'forbidden-model',
    source: '[D] https://platform.claude.com/docs/en/api/errors',
  },
  'anthropic-prefill-refused': {
    status: 400,
    text: /does not support assistant message prefill/i,
    class: 'refused-request',
    source: '[I] https://github.com/smallmain/vscode-unify-chat-provider/issues/249',
  },
});
