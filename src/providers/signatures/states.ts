/**
 * What is the matter with the thing that a refusal is about: one row for each subject and its
 * state, in the order that a vendor likes: `Expired Key`, `your API key has been disabled`,
 * `套餐已到期`. They mean the same with any status; the status of many is another's.
 */

import { anyOf, type Signature, signaturesOf } from './signature.ts';

const source = 'n/v: words of many vendors';

/** Between a subject and its verb stands its name, and no other sentence. */
const gap = '[^.;!?。；]{0,60}?';
const verb = '(?:has|have|had|is|are|was|were|been|got)';
const adverbs = '(?:(?:been|already|now|currently|temporarily|permanently)\\s+)*';

/** `The key … has been STATE`, `key STATE`, `STATE key`. */
function stated(subject: string, state: string): readonly RegExp[] {
  return [
    new RegExp(`\\b(?:${subject})\\b${gap}\\b${verb}\\s+${adverbs}(?:${state})\\b`),
    new RegExp(`\\b(?:${subject})\\s+(?:${state})\\b`),
    new RegExp(`\\b(?:${state})\\s+(?:\\w+\\s+){0,2}(?:${subject})\\b`),
  ];
}

/** A bare token is one of many things: a word of the model, a mark in a list. */
const namedKey =
  '(?:(?:api|access|secret|virtual|proxy|personal|bearer|auth\\w*|security|session|service|subscription)[ _-]?)(?:keys?|tokens?)|keys?|credentials?|jwt';
const over = 'expired|revoked|invalidated|deleted|removed|no longer (?:valid|active)';
const off = 'disabled|blocked|deactivated|inactive|not active|suspended';
const account =
  'accounts?|organi[sz]ations?|workspaces?|projects?|teams?|tenants?|users?(?!.?agent)|customers?';
const plan =
  '(?:plan|subscription|package|membership|licen[cs]e|trial)(?: (?:plan|period|package|subscription))?';

const money =
  'pay|paid|unpaid|payments?|invoices?|balance|billing|bills?|spend|spending|arrears|overdue|recharge|top[- ]?up|credits?|欠费|余额';

/** Who pays has to say who they are; every key of the account waits for that. */
export const unverifiedWords = anyOf(
  ...stated(
    `${account}|identity|e-?mail(?: address)?|phone(?: number)?`,
    'not (?:been |yet )?verified|unverified',
  ),
  /\b(complete|requires?|needs?|pass|without|pending) (\w+[ -]){0,3}(identity|real[- ]?name|account|e-?mail|phone|kyc) (verification|authentication)\b/,
  new RegExp(`\\b(?:${account}) (?:must|needs to|has to) be verified\\b`),
  /\b(verify|confirm) your (identity|account|e-?mail|phone|organi[sz]ation)\b/,
  /\b(bind|link|connect) your [\w ]{0,30}account\b|\bmust (accept|agree to) (the|our) [\w ]{0,30}(terms|agreement)\b/,
  /实名(认证|验证)|(账号|账户|用户).{0,6}未(认证|验证)/,
);

/** Whoever runs the API looks at the account, and not at the request. */
export const flaggedWords = new RegExp(
  `(?<!\\b(?:for|of|in|from|by) (?:the|this|your) )\\b(?:accounts?|organi[sz]ations?|workspaces?|tenants?)(?: \\S{1,40})? ${verb}\\s+${adverbs}(?:flagged|(?:placed |put )?(?:under|in) (?:an? )?(?:\\w+ )?review|being reviewed)\\b|\\baccount flagged\\b`,
  'i',
);

export const stateSignatures: readonly Signature[] = signaturesOf(source, {
  // Not the token of a link or of a page.
  'any-key-over': {
    status: [400, 403, 404],
    text: new RegExp(
      `^(?!.*\\b(?:images?|files?|urls?|uploads?|cached?|page|cursor|header|authentication)\\b).*(?:${
        anyOf(
          ...stated(`${namedKey}|token`, over),
          ...stated(namedKey, off),
          /(令牌|密钥|凭证|api ?key|token).{0,8}(过期|失效|禁用|删除|吊销|不可用)/,
        ).source
      })`,
      'is',
    ),
    class: 'auth-revoked',
    before: ['any-suspended-text'],
    source: '[D] https://docs.litellm.ai/docs/proxy/error_reference',
  },
  'any-key-over-type': {
    type: ['expired_key', 'key_blocked', 'key_expired'],
    class: 'auth-revoked',
    source: '[D] https://docs.litellm.ai/docs/proxy/error_reference',
  },
  'any-key-over-code': {
    code: ['expired_api_key', 'api_key_expired', 'key_expired'],
    class: 'auth-revoked',
  },
  'any-key-nowhere': {
    status: [400, 403, 404],
    text: anyOf(
      ...stated(
        '(?:api|access|virtual|proxy|secret|subscription)[ -]?(?:key|token)',
        'not found|unknown|unrecogni[sz]ed|not (?:registered|recogni[sz]ed|known)',
      ),
      /\bunable to find (token|key)\b|\b(token|key) not found in (the )?(cache|db|database|table)\b/,
    ),
    class: 'auth-rejected',
    source: '[D] https://docs.litellm.ai/docs/proxy/error_reference',
  },
  // Whose key it is, nobody knows there: OpenRouter says it of every unknown key.
  'any-key-of-nobody': {
    status: [401, 403, 404],
    text: /^\W*(the )?(user|account|customer|consumer|client|principal) (was |is |does )?(not found|unknown|not exist|doesn.t exist)\W*$/i,
    class: 'auth-rejected',
    source: '[I] https://github.com/cline/cline/issues/2143',
  },
  // A key that is good elsewhere: this address takes others.
  'any-other-kind': {
    status: [400, 401, 403],
    text: anyOf(
      /\b((personal|oauth2?|api|access|admin|management|provisioning|service[- ]account|session|bearer|classic|fine[- ]grained|user|project)[ -]){1,4}(access )?(tokens?|keys?|authentication)\b[^.;]{0,40}\b(are|is) (currently )?not (supported|accepted)\b/,
      /\b(token|key|credential) (type|kind) (is )?(not supported|unsupported|not accepted|invalid)\b|\b(unsupported|wrong|invalid) (type|kind) of (api |access )?(key|token|credential)\b/,
      /\bonly (accepts|supports) [\w -]{0,30}(tokens|keys)\b|\baudiences? in jwt (are|is) not allowed\b/,
    ),
    class: 'auth-rejected',
    before: ['any-key-over'],
    source: '[I] https://github.com/orgs/community/discussions/154410',
  },
  'any-plan-over': {
    status: [400, 401, 402, 403, 404, 412, 429, 500],
    text: anyOf(
      ...stated(plan, 'expired|ended|lapsed|cancell?ed|inactive|not active|run out|over'),
      ...stated('(?:cloud |free |trial )?credits?|grant', 'expired'),
      /\b(no|without an|not have an|not have any|needs? an|requires? an) active (plan|subscription|package|membership|licen[cs]e)\b/,
      /(套餐|订阅|会员|资源包|体验包|试用期?)[^。]{0,12}(到期|过期|失效|终止|结束)/,
      // iFlytek: the licence of the application counts no tokens any more
      /NoAuthError\b.*\b(tokens\.total|no licen[cs]e)\b/,
    ),
    class: 'no-plan',
    before: ['any-scope-text'],
    source: '[D] https://docs.bigmodel.cn/cn/api/api-code',
  },
  // It is opened again by paying.
  'any-unpaid-account': {
    status: [400, 401, 402, 403, 412, 429],
    text: new RegExp(
      `^(?=.*\\b(?:${money})\\b).*\\b(?:${account})\\b${gap}\\b(?:suspended|paused|locked|frozen|restricted|on hold|disabled|deactivated)\\b`,
      'is',
    ),
    class: 'billing',
    before: [
      'any-suspended-text',
      'any-account-locked',
      'any-closed-project',
      'any-usage-limit-text',
    ],
    source: '[I] https://github.com/pollinations/pollinations/issues/12136',
  },
  'any-account-locked': {
    status: [400, 401, 403, 404, 412, 429],
    text: new RegExp(
      `(?<!\\b(?:for|of|in) (?:the|this|your) )\\b(?:${account}|resource|subscription)(?:[ =][\\w'"#-]+){0,2} ${verb}\\s+${adverbs}(?:locked|frozen|suspended|banned|restricted|blocked|deleted|disabled|deactivated|denied access)\\b`,
      'i',
    ),
    class: 'account-closed',
    before: ['any-model-or-plan-403'],
  },
  'any-account-flagged': {
    status: [400, 401, 403, 412, 429],
    text: flaggedWords,
    class: 'forbidden-key',
    before: ['any-policy-text', 'any-model-or-plan-403'],
    source: 'n/v: words of many vendors',
  },
  'any-unverified': {
    status: [400, 401, 403, 404],
    text: unverifiedWords,
    class: 'forbidden-key',
    before: ['any-model-or-plan-403', 'any-closed-project', 'any-model-named'],
    source: '[D] https://docs.siliconflow.cn/cn/faqs/error-code',
  },
  'any-not-linked': {
    status: [400, 403, 404],
    text: new RegExp(
      `\\b(?:${account}|project_id|subscription|resource)\\b${gap}\\bnot (?:associated|linked|attached|connected) (?:with|to)\\b`,
      'i',
    ),
    class: 'forbidden-key',
    before: ['any-model-or-plan-403'],
    source: '[I] https://github.com/ibm-granite-community/utils/issues/41',
  },
  // What is refused is refused to the whole organization, in whatever the type says of a key.
  'any-not-for-account': {
    status: [400, 401, 403],
    field: {
      path: 'error.message',
      is: new RegExp(
        `^(?!.*\\b(?:model|function|deployment|engine|api key)s?\\b).*\\bnot (?:allowed|permitted|enabled|available|supported) (?:for|in|on) (?:this|your|the) (?:${account})\\b`,
        'is',
      ),
    },
    class: 'forbidden-key',
    before: ['any-authentication-error', 'any-invalid-api-key'],
    source: '[I] https://github.com/janhq/jan/issues/5689',
  },
});
