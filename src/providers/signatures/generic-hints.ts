/**
 * Words that name a subject and leave open what is wrong with it: they choose a class, and nobody
 * is told more than the status.
 */

import { type Signature, signaturesOf } from './signature.ts';

const source = 'n/v: words of many vendors';

export const genericHintSignatures: readonly Signature[] = signaturesOf(source, {
  'any-blocked-text': {
    status: 403,
    text: /^(?!.*\b(account|content|moderation|safety)\b).*((request|you|traffic) (was|were|have been|has been|is) blocked|blocked by(?! \w* ?polic)|\b(request|access|connection)( [\w-]+){0,5} blocked\b)/is,
    isHint: true,
    class: 'blocked',
  },
  // Starlette's check of hosts, and others
  'any-host-text': {
    status: [400, 403, 421],
    text: /^(invalid host( header)?|host (header )?(is )?not allowed|misdirected request)\b/i,
    isHint: true,
    class: 'forbidden-request',
    before: ['any-policy-403'],
  },
  // Amazon's API Gateway says so of an unknown path; without its headers it may be the key's.
  'any-missing-token-403': {
    status: 403,
    text: /^missing authentication token\W*$/i,
    isHint: true,
    class: 'auth-unseen',
    before: ['any-no-key-text'],
    source:
      '[D] https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html',
  },
  'any-tenant-text': {
    status: [400, 401, 403, 404],
    text: /\btenant\b.{0,60}\bdoes not match\b|\baccount type is not (currently )?supported\b/i,
    isHint: true,
    class: 'forbidden-key',
  },
  'any-policy-403': {
    status: 403,
    text: /\bpolic(y|ies)\b|\b(client|host|user.agent)\b.{0,40} (not (allowed|authori[sz]ed|permitted)|blocked|denied|banned)|\brequest (was|has been|is) blocked\b/i,
    isHint: true,
    class: 'forbidden-request',
  },
  // The plan or the model is the cause, not the key.
  'any-model-or-plan-403': {
    status: 403,
    text: /\bmodels?\b|\b(plan|subscription|tier)\b/i,
    isHint: true,
    class: 'forbidden-model',
  },
  'any-model-named': {
    status: [404, 405, 501],
    text: /\bmodels?\b/i,
    isHint: true,
    class: 'model-missing',
  },
});
