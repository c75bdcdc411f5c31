/**
 * The meaning of a bare HTTP status if the body matches no other row: these rows come last. Their
 * class is a guess, unless words say what the status says: such words never change the class.
 */

import { type Signature, signaturesOf } from './signature.ts';

const source = '[D] https://www.rfc-editor.org/rfc/rfc9110#section-15';

/** What may be wrong with a key, before or behind its name. */
const wrong =
  'invalid|incorrect|wrong|bad|unknown|unrecogni[sz]ed|expired|revoked|malformed|mismatched|no such|not (valid|found|recogni[sz]ed|accepted|authori[sz]ed)|does(n.t| not) exist|(could|can) ?not (be )?(validate|verif|authenticate)|rejected|disabled|deleted|blocked|inactive|deactivated|not approved|not configured';
const key =
  '(api|access|secret|auth\\w*|bearer)[- _]?(keys?|tokens?)|x-api-key|tokens?|keys?|credentials?|jwt|user ?names?|passwords?|authentication(?! (scheme|method|type|header|mode))';
/** These say what the status says, and nothing else can be meant. */
const bare401 =
  '^\\W*(error:? )?(401:? )?(unauthori[sz]ed|not authenticated|authentication (error|failed|failure)|invalid credentials)\\W*$';
const wrongKey = new RegExp(
  `${bare401}|(${wrong})\\b.{0,40}\\b(${key})\\b|\\b(${key})\\b[^.;]{0,60}\\b(${wrong})|(密钥|令牌|凭证|api ?key|token).{0,20}(无效|错误|不正确|过期|失效|不存在|不可用|禁用)|(无效|错误|过期|失效)的?.{0,12}(密钥|令牌|凭证|api ?key|token)`,
  'i',
);

/** With these words a status is no guess: they speak of the same. */
const sameInWords = {
  'any-said-401': {
    status: 401,
    text: wrongKey,
    class: 'auth-rejected',
    isVague: true,
    before: ['any-status-401'],
  },
  'any-said-402': {
    status: 402,
    text: /\b(payment|credits?|balance|billing|funds?|paid|unpaid|invoice|top.?up|prepaid|deposit|wallet)\b|充值|余额|欠费/i,
    class: 'billing',
    isVague: true,
    before: ['any-status-402'],
  },
  'any-said-403': {
    status: 403,
    text: /\b(this|your|the|provided|given) (api[- ]?key|(access |api )?token|credentials?)\b[^.;]{0,60}\b(not (allowed|permitted|authori[sz]ed|have (access|permission))|lacks?|no (access|permission)|restricted)|^\W*(authorization failed|not authorized|insufficient permissions?)\W*$/i,
    class: 'forbidden-key',
    isVague: true,
    before: ['any-status-403'],
  },
  'any-said-410': {
    status: 410,
    text: /\bmodels?\b/i,
    class: 'model-missing',
    isVague: true,
    before: ['any-status-410'],
  },
  'any-said-429': {
    status: 429,
    text: /too (many|frequent)|rate.?limit|slow.?down|throttl|\bper (second|minute|hour)\b|\b[rt]p[msh]\b|\bqps\b|concurren|request limit|频繁|限流|速率|并发|頻繁/i,
    class: 'rate-limit',
    isVague: true,
    before: ['any-status-429'],
  },
  'any-said-500': {
    status: [424, 500, 502, 504, 520, 521, 522, 523, 524],
    text: /\b(internal|server|unexpected|upstream) (server )?(error|exception|failure)\b|\bbad gateway\b|\btime(d)?[- ]?out\b|\bexception\b|\bcrash|\btraceback\b/i,
    class: 'server-error',
    isVague: true,
    before: ['any-status-500'],
  },
  'any-said-503': {
    status: [503, 529],
    text: /\bover(loaded|capacity)\b|\bcapacity\b|\bhigh (demand|load|traffic)\b|\bbusy\b|too many (requests|users|concurrent)|过载|繁忙|拥挤/i,
    class: 'overloaded',
    isVague: true,
    before: ['any-status-503'],
  },
} as const;

export const genericStatusSignatures: readonly Signature[] = signaturesOf(source, {
  ...sameInWords,
  'any-status-400': { status: 400, class: 'refused-request' },
  'any-status-401': { status: 401, class: 'auth-rejected' },
  'any-status-402': {
    status: 402,
    class: 'billing',
  },
  'any-status-403': {
    status: 403,
    // It names no cause: the classifier makes it suspect if the key has worked with this model (law
    // 6).
    class: 'forbidden-key',
  },
  'any-status-404': {
    status: [404, 405, 501],
    class: 'not-offered',
  },
  'any-status-408': {
    status: 408,
    class: 'timeout',
  },
  'any-status-410': { status: 410, class: 'model-missing' },
  'any-status-413': { status: 413, class: 'too-large' },
  'any-status-422': {
    status: [409, 422],
    class: 'refused-request',
  },
  'any-status-429': { status: 429, class: 'rate-limit' },
  'any-status-451': { status: 451, class: 'forbidden-request' },
  // No API is asked before somebody has logged in to the network.
  'any-status-511': {
    status: 511,
    class: 'forbidden-request',
    source: '[D] https://www.rfc-editor.org/rfc/rfc6585#section-6',
  },
  'any-status-500': {
    status: [500, 502, 504, 520, 521, 522, 523, 524],
    class: 'server-error',
  },
  'any-status-503': { status: [503, 529], class: 'overloaded' },
});
