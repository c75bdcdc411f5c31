/**
 * Words of gateways, platforms and plans that stand between a program and a model: who may ask,
 * what an account has switched on, what its plan has left. They apply to every provider, because
 * configuration may call such a place anything.
 */

import { anyOf, type Signature, signaturesOf } from './signature.ts';

const litellm = '[D] https://docs.litellm.ai/docs/proxy/error_reference';

/** What goes out, and where it is kept in: words of sandboxes, allow-lists and their proxies. */
const leaving = '(?:host(?:name)?|domain|destination|connection|egress|outbound|network access)';
const keptIn = '(?:allow|white)-?list(?:ed)?|sandbox|egress|network polic(?:y|ies)';
/** No other sentence; a host has dots. */
const gap = '(?:[^.;]|\\.(?=\\S)){0,60}';
const shut = '(?:not (?:in|on|allowed|permitted|listed)|denied|blocked|disallowed)';

export const inBetweenSignatures: readonly Signature[] = signaturesOf(litellm, {
  'any-key-budget': {
    type: 'budget_exceeded',
    class: 'spend-limit',
    scope: ['fingerprint'],
  },
  'any-key-model-access': {
    type: [
      'key_model_access_denied',
      'team_model_access_denied',
      'user_model_access_denied',
      'org_model_access_denied',
      'project_model_access_denied',
    ],
    class: 'forbidden-model',
  },
  // The model is there; the settings of the account leave nobody who serves it.
  'any-account-settings': {
    status: [400, 403, 404],
    text: /\bno allowed providers are available\b|\ball providers have been ignored\b|\bno endpoints (found|available) matching your .{0,60}(policy|restrictions|settings)\b|\bnot supported by any provider you have enabled\b/i,
    class: 'forbidden-model',
    before: ['any-model-text', 'any-model-named', 'any-model-unsupported-text'],
    source: '[I] https://github.com/musistudio/claude-code-router/issues/285',
  },
  // The program that asks is refused, whatever its key.
  'any-client-text': {
    status: [400, 401, 403],
    text: /\bonly (available|authorized|allowed) (for( use)?|on|to|with|through|in) .{0,20}\b(coding agents|agentic|claude code)\b|\b(restricted|limited) to (the )?official [\w ]{0,30}(client|cli|app)s?\b|仅(支持|限).{0,20}客户端/i,
    class: 'forbidden-program',
    before: ['any-model-or-plan-403'],
    source: '[I] https://github.com/openmake/openmake_llm/pull/736',
  },
  // A sandbox of an agent and the like: the request has not left the machine or its network.
  'any-egress-header': {
    status: [403, 407, 451, 502, 503],
    header: { name: 'x-deny-reason' },
    class: 'egress-denied',
    source: '[I] https://github.com/anthropics/claude-code/issues/30112',
  },
  'any-egress-error': {
    status: [403, 407, 451, 502, 503],
    header: { name: 'x-proxy-error', is: /^blocked\b/ },
    class: 'egress-denied',
    source: '[I] https://github.com/anthropic-experimental/sandbox-runtime/issues/273',
  },
  'any-egress-text': {
    status: [403, 407, 451, 502, 503],
    text: anyOf(
      new RegExp(`\\b${leaving}\\b${gap}\\b${shut}\\b${gap}\\b(?:${keptIn})\\b`),
      new RegExp(`\\b(?:blocked|denied) by [\\w -]{0,30}\\b(?:${keptIn})\\b`),
      /^connection (is )?(not allowed|denied|blocked) by policy\W*$/,
      /^(GET|POST|CONNECT) \/?\S{0,200} (is )?not (permitted|allowed) by policy\W*$/,
    ),
    class: 'egress-denied',
    before: ['any-policy-403', 'any-blocked-text', 'any-address-403', 'any-firewall-text'],
    source: '[I] https://github.com/docker/sbx-releases/issues/319',
  },
  // Envoy and Istio: the model's server has seen neither the request nor its key.
  'any-mesh-policy': {
    status: 403,
    text: /^RBAC: access denied\W*$/i,
    class: 'forbidden-request',
    source: '[D] https://istio.io/latest/docs/ops/common-problems/security-issues/',
  },
  'any-private-network': {
    status: 403,
    text: /\bpublic (network )?access is (disabled|denied|not allowed)\b|\bprivate (endpoint|link|network) (connection )?(is )?(required|only)\b|\bvirtual network\b.{0,40}\b(rules?|denied|not allowed|configured)\b/i,
    class: 'forbidden-address',
    before: ['any-model-or-plan-403'],
    source:
      '[D] https://learn.microsoft.com/en-us/azure/ai-services/cognitive-services-virtual-networks',
  },
  'any-card-text': {
    status: [400, 401, 402, 403, 429],
    text: /^(?!.*\b(rate limits?|[rt]pm)\b).*(\b(requires?|needs?|add|enter|register|provide|without|no) (a |an |your )?(valid )?(credit card|payment method)\b|\bcredit card on file\b)/is,
    class: 'billing',
    before: ['any-model-or-plan-403'],
    source: '[I] https://github.com/arlanrakh/talk-to-girlfriend-ai/issues/6',
  },
  'any-extra-usage': {
    status: [400, 402, 403, 429],
    text: /\b(draw from|out of|add more|enable|no) (your )?extra usage\b/i,
    class: 'billing',
    before: ['any-model-or-plan-403'],
    source: '[I] https://github.com/anthropics/claude-code/issues/45200',
  },
  // one-api and its forks: nobody for the model in the group of the token, or a token for less.
  'any-no-channel': {
    status: [400, 404, 500, 503],
    text: /无可用渠道|\bno available channels?\b.{0,60}\bmodel\b/i,
    class: 'model-missing',
    before: ['any-overloaded-text', 'any-no-server-text'],
    source: '[I] https://github.com/QuantumNous/new-api/issues/991',
  },
  'any-token-models': {
    status: [401, 403],
    text: /无权(访问|使用).{0,12}模型|\b(token|api[- ]?key|group)\b.{0,40}\b(do(es)?(n.t| not) (support|include|cover|allow|have access to)|has no access to) (the |this |that )?model\b/i,
    class: 'forbidden-model',
    source: 'n/v: new-api, from memory',
  },
  'any-token-addresses': {
    status: [401, 403],
    text: /\bIP.{0,12}(不在|未在).{0,16}(列表|白名单)/i,
    class: 'restricted-key',
    source: 'n/v: new-api, from memory',
  },
  // AWS's API Gateway says so of a path that it does not have, whatever was sent as a key.
  'any-gateway-no-route': {
    status: 403,
    header: { name: 'x-amzn-errortype', is: /^MissingAuthenticationTokenException/ },
    text: /^missing authentication token$/i,
    class: 'not-offered',
    source:
      '[D] https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html',
  },
  // A key may be bound to websites or programs too.
  'any-referrer-text': {
    status: [401, 403],
    text: /\brequests? from (this |the )?(referr?er|origin|ip( address)?|android|ios|client application|application)\b.{0,80}\b(are|is) (blocked|not allowed|denied)\b|\b(referr?er|application|api) restrictions?\b/i,
    class: 'restricted-key',
    before: [
      'any-policy-403',
      'any-firewall-text',
      'any-blocked-text',
      'any-address-403',
      'any-model-or-plan-403',
    ],
    source: '[D] https://docs.cloud.google.com/docs/authentication/api-keys#api_key_restrictions',
  },
  // Switched off for everybody, whatever the status says of the key; for a key or an account it is
  // the key's.
  'any-model-off': {
    status: [400, 403, 404, 410, 503],
    text: /^(?!.*\b(your|account|organi[sz]ation|project|team|workspace|plan|tier|key|for|by)\b).*\bmodel( \S{1,80})?( (is|was|has been))?( (currently|temporarily|permanently))? (disabled|switched off|taken offline)\b/is,
    class: 'model-missing',
    before: ['any-model-or-plan-403', 'any-model-text', 'any-model-unsupported-text'],
    source: '[I] https://github.com/666ghj/BettaFish/issues/349',
  },
  'any-full-queue': {
    code: ['queue_exceeded', 'queue_full'],
    class: 'overloaded',
    source: '[D] https://inference-docs.cerebras.ai/support/error',
  },
  // NVIDIA: the function behind a model is down, which is told with the status of a bad request.
  'any-function-degraded': {
    text: /\bDEGRADED function cannot be invoked\b/,
    class: 'server-error',
    source: '[I] https://github.com/tashfeenahmed/freellmapi/issues/522',
  },
  'any-model-crashed': {
    text: /\bmodel has crashed\b|\b(runner|llama-server) process (has )?(terminated|exited|crashed|no longer running)\b/i,
    class: 'server-error',
    source: '[I] https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/116',
  },
});
