/**
 * Phrases by which known agents recognise errors, whatever the status: read in a quotation of our
 * exhausted error, they make an agent tell its user to mend the wrong thing, compact a conversation
 * that is not too long, or ask again and again. There they are said in other words; `why` has the
 * provider's own. What law 15 passes on keeps them, because agents act on it.
 */

interface AgentPhrase {
  /** As the agent looks for it. */
  readonly phrase: RegExp;
  readonly instead: string;
}

const claudeCode: readonly AgentPhrase[] = [
  // Says "Invalid API key · Fix external API key".
  { phrase: /x-api-key/gi, instead: 'key in its header' },
  { phrase: /not a valid api key for this workspace/gi, instead: 'a key of another workspace' },
  {
    phrase: /oauth (access )?token has (been revoked|expired)/gi,
    instead: 'login is no longer accepted',
  },
  // Sends its user to Anthropic's billing page, or to the administrator of an organization there.
  { phrase: /credit balance is too low/gi, instead: 'prepaid credit is used up' },
  { phrase: /organization has been disabled/gi, instead: 'organization was switched off' },
  {
    phrase: /(usage credits are|extra usage is) required/gi,
    instead: 'paid usage is not switched on',
  },
  // Asks again, as if the answer were a 529 or a 429.
  { phrase: /overloaded_error/gi, instead: 'at capacity' },
  { phrase: /rate_limit_error/gi, instead: 'rate limit' },
];

const opencode: readonly AgentPhrase[] = [
  { phrase: /\bOverloaded/g, instead: 'At capacity' },
  { phrase: /exceeded your current quota/gi, instead: 'used up your present quota' },
];

const qwenCode: readonly AgentPhrase[] = [
  { phrase: /free allocated quota exceeded/gi, instead: 'free quota is used up' },
  // It takes these beside "quota" and "exceeded" for the end of the day's free requests.
  { phrase: /\b(will reset|reset at)\b/gi, instead: 'is renewed' },
];

const cline: readonly AgentPhrase[] = [
  // Sends its user to its own shop. aider takes the first beside a 402 for the end of the money,
  // which this may not be.
  { phrase: /insufficient[_ ]credits|not enough credits/gi, instead: 'too little credit' },
];

/** goose compacts the conversation over any of these in a 400. */
const goose: readonly AgentPhrase[] = [
  { phrase: /too long/gi, instead: 'longer than allowed' },
  { phrase: /context (length|limit)/gi, instead: 'context size' },
  { phrase: /(reduce|decrease) (the |input )?length/gi, instead: 'shorten it' },
  { phrase: /token count/gi, instead: 'number of tokens' },
  { phrase: /exceeds/gi, instead: 'is above' },
  { phrase: /input length/gi, instead: 'length of the input' },
  { phrase: /max_tokens/gi, instead: 'limit of the answer' },
];

/**
 * LiteLLM, below aider and others, takes this for a 429 whatever the status, and they ask again.
 */
const limit: AgentPhrase = { phrase: /rate[\s_-]*limit/gi, instead: 'request limit' };

/**
 * Claude Code (with 400, 413 and 422), opencode and LiteLLM make the conversation shorter, and ask
 * again.
 */
const tooLong =
  /maximum context (length|limit)|maximum prompt length|context[_ ]length[_ ]exceeded|context ?window ?exceeded(error)?|model_context_window_exceeded|exceeds? the context window|context window exceeds limit|longer than the (maximum model length|model'?s context length)|greater than the context length|context length is only|exceeds the available context size|context exceeds your deployment|exceeds the maximum number of tokens allowed|input token count[^;]*exceeds the maximum|input length[^;]*exceeds[^;]*context length|exceeded model token limit|token limit exceeded|too many tokens|tokens in request more than max tokens allowed|input token length too long|input tokens exceed the configured limit|maximum allowed input length|range of input length should be|prompt exceeds max length|prompt (is )?too long|prompt has [\d,]+ tokens?, but|input is too long for requested model|input \(\d+ tokens\) is longer than|too large for model with|but model only supports up to|reduce the length of the messages|exceeds the limit of (?=\d)|exceeds? context limit|string too long|input too long:|current length is|maximum input length is|`inputs` tokens \+ `max_new_tokens` must be|request[_ ](entity[_ ])?too[_ ]large/gi;

const phrases: readonly AgentPhrase[] = [
  ...claudeCode,
  ...opencode,
  ...qwenCode,
  ...cline,
  { phrase: tooLong, instead: 'more tokens than it takes' },
  ...goose,
];

/** The same without any phrase that an agent acts on. A 429 may say that it is a limit. */
export function paraphrase(message: string, status: number): string {
  const all = status === 429 ? phrases : [...phrases, limit];
  return all.reduce((said, { phrase, instead }) => said.replaceAll(phrase, instead), message);
}
