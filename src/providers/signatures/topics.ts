/**
 * What a refusal is about, in every mouth: each row is one topic, with the ways in which vendors,
 * gateways and servers are known to say it. Words of a new vendor belong here, unless they mean
 * something else elsewhere.
 */

import { anyOf, type Signature, signaturesOf } from './signature.ts';

const source = 'n/v: words of many vendors';

/** The key is known, and may do less than this: somebody gives it the right, or nobody does. */
export const rightsWords = anyOf(
  /\bmissing (the )?(required )?(oauth )?scopes?\b|\bscope requirement\b/,
  /\binsufficient[_ ](authentication )?(scopes?|permissions?)\b/,
  /\b(lacks?|without|not have) (the )?(required|necessary|needed|right|sufficient|enough) (scopes?|permissions?|roles?|data actions?)\b/,
  /(?<!\b(model|models)\b.{0,80})\b(caller|principal|user|role|account|key|token)\b.{0,30}\b(does not|doesn.t) have (the )?(permission|access|required permissions?)\b(?! to (use )?(the )?model)/,
  /\bno permission to\b|\bpermission .{0,60}\bdenied on\b|\bpermission is required to\b/,
  /\blacks? an? [\w ]{0,40}licen[cs]e\b|\brequest a licen[cs]e\b|\bnamed user on your organi[sz]ation\b/,
  /\b(key|token) (is |was )?not (authori[sz]ed|allowed|permitted)\b(?! to (use |access )?(the |this )?model)/,
  /\baccess to this (api|endpoint|resource|service) (has been|is) (disallowed|denied|forbidden)\b|\b(workspace|project|organi[sz]ation) access (is )?denied\b/,
  /\bnot authori[sz]ed to (perform|invoke)\b|\bnot authori[sz]ed to (use|access) this (?!.{0,20}\bmodel\b)|\bcannot consume this service\b|\bunauthori[sz]ed consumer\b|\bconsumer\w* is forbidden\b|\bnot have access to the requested resource\b|NoAuthError\b/,
  /\b(account|user|consumer|team|workspace|tenant|virtual key) (is|are) not (allowed|permitted|entitled|authori[sz]ed) to (access|use|call)\b(?! (to )?(the |this )?model)/,
);

/** It is there, and off: whoever runs the account switches it on, and no other key of it helps. */
export const switchedOffWords = anyOf(
  /^(?!.*\bmodels?\b(?! serving)).*\bnot enabled (for|in|on) (your|this|the) (shard|workspace|account|project|organi[sz]ation|team|tenant)\b/,
  /(服务|产品|接口)(未|尚未|没有|暂未)(开通|激活|启用)|\bservice (is |has )?not (been )?(activated|opened|purchased)\b/,
  /\buse of api keys? is not enabled\b|\bdisabled explicitly\b|\bendpoint is disabled\b|\bassociated service instance was not found\b/,
);

/** What stands in front has nobody who is up behind it. */
export const noServerWords = anyOf(
  /\bno healthy upstream\b|\bupstream connect error\b/,
  /\bno (available|healthy|ready) (servers?|backends?|hosts?|endpoints?|workers?|replicas?|upstreams?)\b/,
  /\bno (servers?|backends?|hosts?|workers?|replicas?) (is |are )?available\b/,
  /\b(backend|upstream|origin)( service| server)? is (currently )?unreachable\b/,
  // Kong; then LiteLLM: each rests after failures; without these words its own limit may be meant
  /\bfailure to get a peer\b|^name resolution failed\b/,
  /\bno deployments available\b.*\bcooldown/,
);

/** What a program in between lacks: the name of its setting, or of its page. */
export const ownKeyWords =
  /\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)*_(API_KEY|TOKEN)\b.{0,20}\b(not set|missing|required|empty)\b|\badd your provider key\b|\bno auth available\b/;

export const topicSignatures: readonly Signature[] = signaturesOf(source, {
  'any-context-words': {
    status: [200, 400, 413, 422, 429, 500],
    text: anyOf(
      /prompt (tokens )?(is )?too (long|big)/,
      /input length and `?max_tokens`? exceed context limit/,
      /maximum (context|prompt) length/,
      /exceed(s|ed)? (the )?((available|model'?s?|maximum( allowed)?) )*(context (window|length|size)|(input|allowed) length|model token limit)/,
      /longer than the model'?s context length|greater than the context length/,
      // vLLM, LM Studio, llama.cpp, Text Generation Inference and Qianfan, in this order
      /context (length|size|window) (is|of) only \d+|context (size|length|window) (has been|was|is) exceeded/,
      /exceeds? (the )?context (window|length|size) of \d+/,
      /`?inputs`? tokens \+ `?max_new_tokens`? must be|`?inputs`? must have less than \d+ tokens/,
      /\bmax(imum)? length of (the )?(current )?(question|prompt|input)\b/,
      /input token count.{0,40}exceeds the maximum/,
      /range of input length should be|input token length too long|too large for model with \d+ maximum context length/,
      // what the prompt leaves of vLLM's window; what GitHub lets through
      /\bmax_tokens must be at least 1, got -\d+|\bmax size: \d+ tokens\b/,
    ),
    class: 'context-overflow',
    source: '[S] pi utils/overflow.ts',
  },
  'any-key-text': {
    status: [200, 400, 403],
    text: anyOf(
      /\baccess token (is )?invalid\b|\binvalid (access|auth\w*|bearer) token\b/,
      /(incorrect|invalid|missing)( or (incorrect|invalid|missing))? api[- ]?key/,
      /api[- ]?key (is )?((missing|invalid) or )?(not valid|invalid|missing)/,
      /^not authenticated\b/,
    ),
    class: 'auth-rejected',
    source: '[I] https://github.com/autohandai/code-cli/issues/545',
  },
  'any-scope-text': {
    status: [200, 400, 401, 403],
    text: rightsWords,
    class: 'forbidden-key',
    before: ['any-model-or-plan-403'],
    source: '[D] https://platform.openai.com/docs/guides/error-codes',
  },
  // The same key may do other things.
  'any-operation-scope': {
    status: [200, 400, 401, 403],
    text: /\bscopes?\b[^.]{0,40}\b(api[.:/])?(responses|embeddings|images?|audio|files?|batch(es)?|assistants|threads|vector_stores?|realtime|moderations?)[.:/]\w/i,
    class: 'forbidden-feature',
    before: ['any-scope-text', 'any-model-or-plan-403'],
    source: '[I] https://github.com/openai/codex/issues/31506',
  },
  'any-switched-off': {
    status: [200, 400, 403, 404],
    text: switchedOffWords,
    class: 'forbidden-key',
    before: ['any-model-or-plan-403', 'any-model-named'],
    source: '[I] https://github.com/databrickslabs/ucx/issues/1617',
  },
  // The key is one of a place that is closed, or of another one; its words say what would help.
  'any-closed-project': {
    status: [400, 401, 403, 404],
    text: anyOf(
      /\b(project|workspace|organi[sz]ation|team)\b.{0,60} ((is|was|are|has been|have been) (currently |now )?(archived|paused|inactive|not active)|no longer (exists|active))\b/,
      /\b(archived|paused|inactive) (project|workspace|organi[sz]ation|team)\b/,
      /\bmust be a member of an organi[sz]ation\b/,
      /^\W*(the )?(workspace|project|organi[sz]ation|team)\b[^.;]{0,40}\b(not found|does not exist|doesn.t exist)\b/,
      /\binstance\b.{0,40}\b(is|status is) (not active|inactive)\b|\bkey[- ]based auth\w* is (disabled|not allowed)\b/,
      /\bSAML (SSO|single|enforce|auth|session|login is required)|\b(requires?|enforces?|enforced|protected by) .{0,20}\bSAML\b/,
      // Oracle tells a missing right and a missing thing alike
      /\bauthori[sz]ation failed or requested resource not found\b/,
    ),
    class: 'forbidden-key',
    source: '[D] https://platform.openai.com/docs/guides/error-codes',
  },
  'any-suspended-text': {
    status: [400, 401, 403],
    text: anyOf(
      /\b(account|organi[sz]ation|workspace|project|user)\b((?!\b(session|connection|request|query)\b).){0,30}\b(suspended|deactivated|banned|terminated)\b/,
      /(?<!\b(for|of|in) (the|this|your) )\b(account|organi[sz]ation|workspace|subscription|user(?!.agent))( [\w-]+){0,2} (is|was|has been|have been) (permanently )?(disabled|blocked)\b/,
      /\baccess (was|has been|is) terminated\b/,
      /(用户|账号|账户).{0,4}(封禁|禁用|停用|冻结)/,
    ),
    class: 'account-closed',
    before: ['any-model-or-plan-403'],
  },
  // Whatever the status of the relay that asked with this account.
  'any-terms-violated': {
    field: { path: 'error.message', is: /\bdisabled in this account for violation\b/i },
    class: 'account-closed',
    before: ['any-overloaded-type'],
    source: '[I] https://github.com/google-gemini/gemini-cli/issues/19501',
  },
  'any-balance-text': {
    status: [200, 400, 401, 402, 403, 429, 500],
    text: anyOf(
      /余额(不足|已用完)|欠费|(?<![每今本当][日天周月].{0,8})额度(已)?(用尽|用完|耗尽|不足)/,
      /(failed|missed|overdue|past[- ]due) payment|payment (failed|declined|overdue|is past due)/,
      /(unpaid|overdue|past[- ]due|outstanding) (invoice|bill|balance)/,
      /insufficient[ _](account )?(balance|credits?|funds|quota(?!.{0,40}\b(v?[cg]pus?|cores?|disk|nodes?)\b))|not enough (balance|credits?)/,
      /balance is (insufficient|not enough|too low|exhausted|overdue)/,
      /out of credits|used (up )?all (available |your )?credits|credits? (are|is|have been) (depleted|exhausted|used up)/,
      /account is in arrears|exceeded your current quota, please check your plan and billing/,
      /\bquota is (not enough|insufficient|exhausted)\b|(资源包|余量)[^。]{0,8}(用尽|用完|耗尽|不足)|\bmust deposit\b|\bnot have enough (points|credits|balance)\b/,
      /\b(enable|without a|requires) billing\b|\bvalid payment instrument\b/,
    ),
    class: 'billing',
    before: ['any-model-or-plan-403', 'any-model-denied'],
    source: '[D] https://api-docs.deepseek.com/quick_start/error_codes',
  },
  'any-dear-text': {
    status: [400, 402, 403],
    text: /预扣费额度失败/,
    class: 'too-dear',
    source: 'n/v: new-api, from memory',
  },
  // What the account pays for does not have it; a beta can be left out.
  'any-plan-text': {
    status: [400, 402, 403, 404, 429, 500],
    text: anyOf(
      /^(?!.*\bbeta\b).*\bnot (yet )?(available|included|supported|offered) (for|in|on|with|under|to) (this|your|the)( (current|free|\w+))? (plan|subscription|tier)\b/,
      /\b(plan|subscription)\b ((does|do) )?not (support|include|cover)\b.{0,30}\bmodels?\b|\b(does|do) not support the \w+ plan\b/,
      /\brequires? a (\w+ )?(plan|subscription)\b|\btier \d+ (and|or) (above|higher)\b/,
      /^(?!.*\b(day|daily|today|hour|week|month|reset)\w*).*(\bfree (trial|tier|quota)\b.{0,40}\b(exhausted|used up)\b|\bexhausted (its|your|the) free\b)/,
      /\bpurchase a (premium|paid) (key|plan)\b|\bfree credits?\b.{0,60}\brestricted\b|\btrials? (has|have) been .{0,20}\bpaused\b|\brate limit of 0\b/,
    ),
    class: 'not-in-plan',
    source: '[I] https://github.com/ollama/ollama/issues/15741',
  },
  'any-model-text': {
    status: [200, 400, 404, 422],
    text: anyOf(
      /^model: |models? .{0,120}(does ?n[o']t exist|(?<!\b(adapter|lora|file|tool|template|tokenizer|route|path|session|user) (was |is )?)not found|is not supported$|(has been|was) (retired|deprecated|decommissioned|removed))/,
      /\bmodel version has reached the end of its life\b|\bmodel is marked by provider as legacy\b/,
      /model not exist|model identifier is invalid|could not find (the |real )?model|not supported model/,
      /\bcould not (auto )?resolve a provider for\b/,
      /no such model|not a valid model|(unknown|unavailable) model\b|not found the model/,
      // where a version or an endpoint stands for the model
      /\bendpoint with name \S{1,80} does not exist\b|\b(given|serving|specified) endpoint (does not exist|not found)\b|\bmodel \S{1,80} is not available in (the )?(region|location)\b/,
      /\bspecified version does not exist\b|\bdedicated endpoint\b.{0,80} is not running\b|\bendpoint that is currently closed\b/,
    ),
    class: 'model-missing',
    before: ['any-model-named'],
  },
  // The model is there, and not for this account.
  'any-model-denied': {
    status: [400, 401, 403, 404],
    text: anyOf(
      /\baccess to (this |the )?model\b.{0,120}\b(denied|restricted|not available)\b|\bmodel access is denied\b/,
      /\bnot authori[sz]ed to (access|use) (the )?(requested )?model\b/,
      /\bmodel \S+ is (blocked at the (org|project)|not in (the )?(allow|white)list|not allowed, allowed: )/,
    ),
    class: 'forbidden-model',
    before: ['any-model-text', 'any-scope-text'],
    source: '[I] https://github.com/666ghj/BettaFish/issues/357',
  },
  // Its own fields and parts are named: nothing else is at fault.
  'any-request-words': {
    status: [400, 422],
    text: anyOf(
      /\bmessages?(\.\d+|\[\d+\])|^messages: |\b(text|content) blocks?\b|\blast (role|message)\b|\broles\b.{0,40}\balternat/,
      /\bfunction call output\b|\bwas provided without its required\b|\bsupported values are: |\bdoes not match any of the expected tags\b/,
      /\bcannot both be specified\b|\bwith cache_control\b|\bthinking budget \d+ is invalid\b|\b(max_tokens|temperature|top_p) must be\b/,
      /\bimage dimensions\b|\bprocess input image\b|\berror while downloading https?:|\bfile type to be a supported format\b/,
      /\brequired parameter\b.{0,40}\bmissing\b|\bmissing ([\w ]{0,30} )?required (parameter|field)|^unsupported service_tier\b/,
    ),
    class: 'refused-request',
    source: '[I] https://github.com/nick1udwig/kibitz/issues/87',
  },
  // The vendor has the model, and wants it switched on for the account first. What else is not
  // enabled is a feature of the request.
  'any-model-not-activated': {
    status: [400, 403, 404],
    text: anyOf(
      /\b(have|has)( not|n.t| never) (yet )?(activated|enabled|opened|purchased|subscribed( to)?) ((access to|use of) )?((this|the|that|any|your) )?models?\b/,
      /\bmodels?( service| access| \S{0,80}[-\d/`'"]\S{0,80})? (is|are|was|has|have)( not|n.t| never) (yet )?(been )?(activated|enabled|opened|purchased)\b(?! (for|to|with) (?!(the |this |your )?(account|organi|project|team|workspace|user|key)))/,
      /\bmodel is not supported when using .{0,60}\baccount\b/,
      /\bprior to using this model\b|\b(accept|agree to) (the|its|our) [\w ]{0,40}(licen[cs]e|terms|agreement)\b.{0,80}\bmodel\b/,
      /\bactivate the model(?!')\b|\brequires terms acceptance\b|\benable cross[- ]region inference\b/,
    ),
    class: 'forbidden-model',
    source: '[D] https://www.volcengine.com/docs/82379/1299023',
  },
  // The address names it: SageMaker and SAP.
  'any-no-endpoint': {
    status: [400, 404],
    text: /\b(endpoint|deployment) (with id \S+|\S+ of account \d+) (was )?(not found|does not exist)\b/i,
    class: 'not-offered',
    source: 'n/v: SageMaker and SAP AI Core, from memory',
  },
  // Elasticsearch, Kong, LM Studio, which answers with 200, Cloudflare and DashScope.
  'any-no-route-text': {
    status: [200, 400, 403],
    text: anyOf(
      /\bno handler found for uri\b|^unexpected endpoint or method\b|\bno route matched\b/,
      /^api version not supported\b|\bmissing required query parameter: api-version\b/,
      /^could not route to \/|^please configure AI gateway\b|^url error\b/,
    ),
    class: 'not-offered',
    source:
      '[D] https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html',
  },
  // The place is full: the limit is not of this key.
  'any-overloaded-text': {
    status: [200, 429, 500, 502, 503, 529],
    text: anyOf(
      /(currently|is|server) overload(ed)?\b|server busy|model is at capacity|experiencing high (demand|traffic|load)/,
      /(servers?|system|model) (is |are )?(currently |really )?(too )?busy/,
      /\bno capacity available\b|\bcapacity (temporarily )?exceeded\b|\bresource unavailable\b|\btraffic is currently high\b/,
      /\bno instances available\b|\bqueue is full\b|\btoo many connections\b/,
      /\b(is )?at (its )?(maximum|full) capacity\b|访问量过大|负载(已)?(饱和|满)/,
    ),
    class: 'overloaded',
    before: ['any-rate-text'],
    source: '[D] https://platform.kimi.ai/docs/api/errors',
  },
  // A load balancer: what stands behind it is down, not busy.
  'any-no-server-text': {
    status: [429, 502, 503, 504],
    text: noServerWords,
    class: 'server-error',
    before: ['any-overloaded-text'],
    source:
      '[D] https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/response_code_details',
  },
  // A program in between, which would ask its own provider: the key it lacks is not the one it got.
  'any-no-own-key': {
    status: [400, 401, 403, 500, 502, 503],
    text: ownKeyWords,
    class: 'auth-rejected',
    before: ['any-no-key-text', 'any-key-text'],
    source: '[I] https://github.com/Alishahryar1/free-claude-code/issues/956',
  },
  // Whatever the key: mostly for where it is asked from.
  'any-request-not-allowed': {
    status: 403,
    text: /^request not allowed\.?$/i,
    class: 'forbidden-request',
    source: '[I] https://github.com/can1357/oh-my-pi/issues/9559',
  },
});
