/**
 * Phrases that mean the same at every vendor, each bound to the statuses it was seen with. Every
 * code is tried before them.
 */

import { type Signature, signaturesOf } from './signature.ts';

const source = 'n/v: wording from memory';

/** The key came, and is wrong. */
export const wrongKeyWords =
  /^(?!.*\bmissing\b).*((incorrect|invalid) api[- ]?key|api[- ]?key (is )?(not valid|invalid))/is;
/** No key came, or not where it is looked for. Words that leave open which it is do not count. */
export const noKeyWords =
  /^(?!.*(\b(invalid|incorrect|wrong|expired|malformed|bad|unknown|revoked)(,? or |\/)|(\bor (\w+ ){0,3}|\/)(invalid|incorrect|wrong|expired|malformed|bad|unknown|revoked)\b)).*(\b(missing|no) (the )?(api|subscription|access|auth\w*) ?-?(key|token)s?\b(?! (needed|required|match))|\b(api|subscription|access) ?-?(key|token) (is |was |were )?(missing|required|not (found|provided|supplied|present|specified))|\b(no|missing) (authorization header|(x-api-key|api-key)( header)?)\b|\b(x-api-key|api-key)( header)? (is |was )?(missing|required|not (found|provided|present))|\bauthorization( header)? (is |was )?(missing|not (found|provided|present))|\bauthorization header (is |was )?required|\b(didn.t|did not|must) (provide|supply|include|send) an? (api|access) ?-?(key|token)\b|\b(jwt|credentials?|(auth\w*|bearer|id) token) ((is|are|was|were) )?(missing|not (provided|found|supplied))\b|\bmissing credentials\b|\bunregistered callers\b|^\W*(the )?token (is|was) (missing|not (provided|supplied))\b)/is;

export const genericTextSignatures: readonly Signature[] = signaturesOf(source, {
  // Its words mean the same with any status: the key did not arrive where it is looked for.
  'any-no-key-text': {
    status: [400, 401, 403],
    text: noKeyWords,
    class: 'auth-unseen',
    before: ['any-key-text'],
    source:
      '[D] https://learn.microsoft.com/en-us/azure/api-management/api-management-subscriptions',
  },
  // Who pays has set it: there may be money enough.
  'any-spend-limit-text': {
    status: [200, 400, 401, 402, 403, 429],
    text: /\breached your specified (\w+ ){0,2}usage limits?\b|\breached the set (\w+ )?limit\b|\b(monthly |daily |weekly |hard )?(spend(ing)?|billing) ?(hard )?(cap|limit)\b.{0,40}\b(reached|exceeded|hit)\b|\b(reached|exceeded|hit|over) (its|your|the|their) (\w+ )?(spend(ing)?|billing) (cap|limit)\b|(?<!\b(thinking|reasoning|tokens?|context|output|time|retry) )\bbudget (has been |was |is )?(exceeded|reached|used up)\b|\bexceeded\w*budget\b|\b(user|team|key|project|customer)\b.{0,40}\bover (its |their )?budget\b/i,
    class: 'spend-limit',
    before: [
      'any-model-or-plan-403',
      'any-balance-text',
      'any-long-window-text',
      'any-usage-limit-text',
    ],
    source: '[I] https://github.com/BerriAI/litellm/issues/37592',
  },
  // Proxies combine it with any status and any type.
  'any-credit-balance': {
    field: {
      path: 'error.message',
      is: /credit balance is too low|\b(account|it.s)\b.{0,12}\b[io]n good standing\b|#overdue-payment\b/i,
    },
    class: 'billing',
    source: '[I] https://github.com/anthropics/claude-code/issues/66314',
  },
  // The plan has the model in name only.
  'any-no-quota': {
    status: 429,
    text: /\blimit:? 0\b(?!\.\d)/i,
    class: 'not-in-plan',
    before: ['any-plan-text', 'any-balance-text', 'any-long-window-text'],
    ignoreRetryAfter: true,
    source: '[3] dev.to/nils44344',
  },
  'any-item-not-persisted': {
    status: [200, 400, 404],
    text: /items are not persisted when/i,
    class: 'foreign-history',
    source: '[I] https://github.com/anomalyco/opencode/issues/7724',
  },
  'any-reasoning-missing': {
    status: [200, 400, 422],
    text: /reasoning_content.{0,60}(passed back|missing|required)|missing `?reasoning_content/i,
    class: 'foreign-history',
    source: '[D] https://api-docs.deepseek.com/guides/thinking_mode',
  },
  'any-thinking-block': {
    status: [200, 400],
    text: /invalid `?signature`? in `?thinking`? block|expected `?thinking`? or `?redacted_thinking|thinking blocks.{0,80}cannot be modified|encrypted content.{0,60}could not be (verified|decrypted)/i,
    class: 'foreign-history',
    source: '[I] https://github.com/anthropics/claude-code/issues/10627',
  },
  'any-tool-call-id-text': {
    status: [400, 422],
    text: /tool call id (was|must)|tool_use(_|\.)id: string should match/i,
    class: 'foreign-history',
    source: '[I] https://github.com/nearai/ironclaw/issues/1241',
  },
  'any-parameter-text': {
    status: [400, 422],
    text: /unsupported parameter|unrecognized request argument|extra_forbidden|extra inputs are not permitted|unknown name "[^"]+"|unknown (parameter|field)|UnsupportedParamsError|does(n't| not) support (the )?(parameters?|params?)\b/i,
    class: 'parameter',
    source: '[I] https://github.com/editor-code-assistant/eca/issues/231',
  },
  'any-schema-text': {
    status: [400, 422, 501],
    text: /\b(response_format|json_schema|structured outputs?)\b[^.\n]{0,40}\b(unavailable|unsupported|not (be )?(supported|available))\b|(does(n't| not)|do(n't| not)) support (structured outputs?|json_schema|response_format)\b/i,
    class: 'parameter',
    source: '[I] https://github.com/llm-exe/llm-exe/issues/662',
  },
  'any-beta-text': {
    status: [400, 422],
    text: /unexpected value\(s\) .{1,2000} for the \S*-beta\S* header|invalid beta flag|\blong context beta is not\b/i,
    class: 'parameter',
    source: '[I] https://github.com/anthropics/claude-code/issues/21625',
  },
  // The model still answers if it is not asked to think.
  'any-no-thinking': {
    status: [400, 422, 500, 501],
    text: /(does(n't| not)|do(n't| not)) support (\w+ )?(thinking|reasoning)\b|(thinking|reasoning) is not supported/i,
    class: 'parameter',
    source: '[R] Ollama 0.17.4, 2026-11-22',
  },
  'any-no-tools': {
    status: [400, 404, 422, 500, 501],
    text: /(does(n't| not)|do(n't| not)|that) support (tools?|tool[ _-]?(use|calls?|calling)|function[ _-]?call(s|ing)?)\b|(tools?|tool[ _-]?(use|calls?|calling)|function[ _-]?calling) (is|are) not supported/i,
    class: 'no-tools',
    source: '[R] Ollama 0.17.4, 2026-11-22',
  },
  // The request has too large a value; access/amend reads the allowed one.
  'any-output-limit': {
    status: [200, 400, 422],
    text: /max_(completion_|output_)?tokens=\d+ cannot be greater than max_model_len=\d+|supports at most \d+ completion tokens|max_tokens: \d+ > \d+, which is the maximum|`?max_(completion_)?tokens`? must be less than or equal to|range of max_tokens (is|should be)/i,
    class: 'parameter',
    source: '[R] vLLM 0.32.0, 2026-11-22',
  },
  'any-model-access-text': {
    status: [401, 403],
    text: /(does not|do not|doesn't|don't) have (access|permission) to (use )?(the )?model|no access to (the )?model|lacks? permission for (this|the) model|model is not (included|available) (in|on) your (current )?plan/i,
    class: 'forbidden-model',
  },
  'any-firewall-text': {
    status: 403,
    text: /^(?!.*\b(account|content|moderation|safety)\b).*(cloudflare|firewall|captcha)/is,
    class: 'blocked',
    before: ['any-blocked-text'],
    source:
      '[D] https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/',
  },
  'any-address-403': {
    status: 403,
    text: /\b(ip|network)\b.{0,40} (not (allowed|authori[sz]ed|permitted)|blocked|denied|banned)|\bcheck your network settings\b/i,
    class: 'forbidden-address',
    before: ['any-firewall-text', 'any-blocked-text'],
    source: 'n/v: words of many vendors',
  },
  'any-address-text': {
    status: [401, 403],
    text: /\bip( address)?\b.{0,60}\b(allow|white) ?-?list|\b(allow|white) ?-?list\b.{0,60}\bip\b/i,
    class: 'restricted-key',
    before: ['any-address-403'],
    source: 'n/v: words of keys that are bound to addresses',
  },
  // The key is not wrong: the machine or the proxy that signed the request has a wrong clock.
  'any-clock-text': {
    status: [400, 401, 403],
    text: /\b(signature|request|time(stamp)?)\b((?!\b(key|token|session|credentials?|trial|plan|subscription)\b).){0,40}\b(expired(?! (\w+ )?(token|key|session|credential))|skew(ed)?|too (old|far)|in the (future|past))\b|\b(iat|nbf|issued)\b.{0,40}\bin the future\b|\bused before (it was )?issued\b|\bclock\b.{0,20}\b(skew|drift|wrong)/i,
    class: 'wrong-clock',
    source:
      '[D] https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html',
  },
  'any-your-region-text': {
    status: [400, 403, 451],
    text: /\bnot (yet )?(available|supported|offered|allowed) in your (country|region|location|territory)|\bunsupported countr(y|ies)\b/i,
    class: 'forbidden-region',
    before: ['any-model-or-plan-403', 'any-model-unsupported-text', 'any-region-text'],
    source: '[D] https://www.anthropic.com/supported-countries',
  },
  // A data centre is no place that somebody asks from.
  'any-region-text': {
    status: [403, 451],
    text: /^(?!.*\b((us|eu|ap|ca|sa|me|cn|europe|asia|australia)-[a-z]{2,16}-?\d|location global)\b).*((country|region|territory|location)\b.{0,60}(not (supported|available|allowed|permitted)|unsupported|unavailable|restricted|blocked)|(not (supported|available|allowed|permitted)|unsupported|unavailable|restricted|blocked)\b.{0,30}\b(country|region|territory|location))/is,
    isHint: true,
    class: 'forbidden-region',
    before: ['any-model-or-plan-403', 'any-model-unsupported-text'],
    source: '[D] https://platform.openai.com/docs/supported-countries',
  },
  // Models are functions at NVIDIA; others hide from an account what it may not use.
  'any-model-of-others': {
    status: [400, 403, 404],
    text: /\b(function|model|deployment|engine)s?\b.{0,120}\bnot (found|available|enabled|authori[sz]ed|provisioned) (for|in|to|on|with) ((this|your|the) )?(account|organi[sz]ation|project|team|tenant|workspace|user|(api[- ])?(key|token))\b/i,
    class: 'forbidden-model',
    source: '[I] https://github.com/Alishahryar1/free-claude-code/issues/956',
  },
  // The vendor has the model, and serves it another way.
  'any-inference-profile': {
    status: [400, 404],
    text: /\bon-demand throughput isn.t supported\b/i,
    class: 'model-missing',
    source: '[D] https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles.html',
  },
  'any-loading-text': {
    status: [500, 502, 503],
    text: /^loading model\b|\b(is|are|still|currently) (loading|being loaded|warming up|scaling up|starting up|starting(?=[.,;!…]|$)|initiali[sz]ing)(?!\w)/i,
    class: 'not-ready',
    source: '[D] https://huggingface.co/docs/inference-providers',
  },
  // A function such as AWS Lambda's, which was ended by its own limit.
  'any-task-time': {
    status: [200, 500, 502, 504],
    text: /\btask timed out after \d/i,
    class: 'server-error',
    source: '[D] https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html',
  },
  'any-policy-text': {
    status: [200, 400, 403, 421, 422, 451, 498, 500],
    text: /\bblocked by (a |the )?(\w+ )?guardrail|\bguardrail failed: .*\bpolic(y|ies)\b|flagged (as|by|for)|violat\w+ (of )?((our|the) )?(usage|content) (polic|guideline)|(content|input|output|text)\b.{0,60} (is|was|been) blocked\b|may contain (inappropriate|sensitive) (content|information)|content exists risk|content management policy|rejected as a result of our safety system|considered high risk|blocked by content filtering policy/i,
    class: 'content-policy',
    before: ['any-model-or-plan-403'],
  },
  // Gemini says it of each of its limits, and gateways leave out which: a minute ends soon.
  'any-gemini-minute': {
    status: 429,
    text: /\bquota exceeded for metric: (?!.{0,300}\blimit: 0\b).{0,400}\bretry in \d{1,2}(\.\d+)?s\b/is,
    class: 'rate-limit',
    before: ['any-balance-text'],
    source: 'n/v: wording from memory',
  },
  'any-rate-text': {
    status: [200, 400, 403, 500, 503],
    text: /too many requests|\brequest limit reached|rate limit (reached|exceeded)|exceeded your (current |present )?rate limit|requests? per minute/i,
    class: 'rate-limit',
  },
  'any-usage-limit-text': {
    status: [400, 401, 402, 403, 429],
    text: /^(?!.*\bper (second|minute)\b).*(\bquota (for (your|this|the) \w+ )?(is|was|has been) (reached|exhausted|used up)\b|\bhit your free \w+ limit\b)|usage limit (has been )?reached|out of call volume quota|exceeded your (\w+ ){0,3}allowance\b/i,
    class: 'quota',
    before: ['any-model-or-plan-403', 'any-plan-over'],
    source: '[I] https://github.com/anthropics/claude-code/issues/2087',
  },
  // API gateways such as Tyk and Azure's: the key may do it, and has done it too often.
  'any-quota-403': {
    status: 403,
    text: /^(\w+ )?quota (has been |was |is )?(exceeded|exhausted)\b/i,
    class: 'quota',
    source: '[D] https://tyk.io/docs/api-management/request-quotas',
  },
  // No pause of some seconds ends such a window; words that name a limit of seconds or minutes too
  // may be about that one.
  'any-long-window-text': {
    status: [200, 402, 403, 429, 500],
    text: /^(?!.*(\bper |\/ ?)(sec(ond)?|min(ute)?)s?\b).*(\b(limit(ed)?|quota|allowance|cap(ped)?|requests?|calls|messages|tokens|usage|credits)\b.{0,40}(\/ ?|\b(per|an?|each|every|this|for the|for this|(the )?current) )(day|week|month)\b|\b(hourly|daily|weekly|monthly)\b.{0,30}\b(limit|quota|allowance|allocation|cap|usage|credits)\b|\b[rt]pd\b.{0,12}\blimit\b|\btoday'?s (quota|limit|allowance)\b|\b(tages|wochen|monats)-?(kontingent|limit|quote)|\b(cuota|l[íi]mite) (\w+ )?(diari|semanal|mensual)|\bquota (\w+ )?(journali|quotidien|hebdomadaire|mensuel)|(일일|월간) ?(한도|할당량)|\d+ ?(小时|天).{0,6}(上限|限额)|[每今本当][日天周月].{0,12}(额度|配额|限额|次数))/is,
    class: 'quota',
    before: ['any-model-or-plan-403'],
    source: '[D] https://docs.cohere.com/docs/rate-limits',
  },
  // In a 400 the same words are about a feature that the model lacks.
  'any-model-unsupported-text': {
    status: [401, 403, 404],
    text: /\bmodel\b[^.\n]{0,80}? is (currently )?(disabled|unavailable|not (supported|available))/i,
    class: 'model-missing',
    source: '[I] https://github.com/diegosouzapw/OmniRoute/issues/7268',
  },
  'any-key-limit-text': {
    status: [402, 403, 429],
    text: /key limit exceeded/i,
    class: 'spend-limit',
    scope: ['fingerprint'],
    before: ['any-spend-limit-text', 'any-balance-text', 'any-card-text', 'any-extra-usage'],
    source: '[I] https://github.com/RooCodeInc/Roo-Code/issues/515',
  },
});
