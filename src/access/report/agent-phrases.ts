/**
 * Phrases by which known agents recognise errors, whatever the status. If our exhausted error
 * quoted them, an agent would tell its user to fix the wrong thing, compact a conversation that is
 * not too long, or retry again and again. So it says them in other words; `why` has the provider's
 * own. Errors that law 15 passes on keep them, because agents act on them.
 */

interface AgentPhrase {
  /** The agent searches for this. */
  readonly phrase: RegExp;
  readonly instead: string;
}

const claudeCode: readonly AgentPhrase[] = [
  // Shows "Invalid API key · Fix external API key".
  { phrase: /x-api-key( header)?/gi, instead: 'key in its header' },
  { phrase: /not a valid api key for this workspace/gi, instead: 'a key of another workspace' },
  {
    phrase: /oauth (access )?token has (been revoked|expired)/gi,
    instead: 'login is no longer accepted',
  },
  // Sends its user to Anthropic's billing page, or to an organization's administrator there.
  { phrase: /credit balance is too low/gi, instead: 'prepaid credit is used up' },
  { phrase: /organization has been disabled/gi, instead: 'organization was switched off' },
  {
    phrase: /(usage credits are|extra usage is) required/gi,
    instead: 'paid usage is not switched on',
  },
  // Retries as if the answer were a 529 or a 429.
  { phrase: /overloaded_error/gi, instead: 'at capacity' },
  { phrase: /rate_limit_error/gi, instead: 'rate limit' },
];

const opencode: readonly AgentPhrase[] = [
  { phrase: /Overloaded/g, instead: 'At capacity' },
  { phrase: /exceeded your current quota/gi, instead: 'used up your present quota' },
];

const qwenCode: readonly AgentPhrase[] = [
  { phrase: /free allocated quota exceeded/gi, instead: 'free quota is used up' },
  // Beside "quota" and "exceeded" these mean to it that the day's free requests are used up.
  { phrase: /\b(will reset|reset at)\b/gi, instead: 'is renewed' },
];

const cline: readonly AgentPhrase[] = [
  // Sends its user to its own shop. To aider the first one with a 402 means no money left, which
  // may be wrong here.
  { phrase: /insufficient[_ ]credits|not enough credits/gi, instead: 'too little credit' },
];

/** After any of these in a 400, goose makes the conversation shorter. */
const goose: readonly AgentPhrase[] = [
  { phrase: /too long/gi, instead: 'longer than allowed' },
  { phrase: /context (length|limit)/gi, instead: 'context size' },
  { phrase: /(reduce|decrease) (the |input )?length/gi, instead: 'shorten it' },
  { phrase: /token count/gi, instead: 'number of tokens' },
  { phrase: /exceeds/gi, instead: 'is above' },
  { phrase: /input length/gi, instead: 'length of the input' },
  { phrase: /max_tokens/gi, instead: 'limit of the answer' },
];

/** To LiteLLM, which aider and others use, this means a 429 whatever the status, and they retry. */
const limit: AgentPhrase = { phrase: /rate[\s_-]*limit/gi, instead: 'request limit' };

/**
 * After these, Claude Code (with 400, 413 and 422), opencode and LiteLLM make the conversation
 * shorter and try again.
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

/**
 * Replaces every phrase that an agent acts on; an address with one is cut to its server, which
 * still leads there. A 429 may say that it is a limit.
 */
export function paraphrase(message: string, status: number): string {
  const all = status === 429 ? phrases : [...phrases, limit];
  const short = message.replaceAll(address, (whole, server: string) =>
    all.some(({ phrase }) => whole.search(phrase) >= 0) ? server : whole,
  );
  return all.reduce((said, { phrase, instead }) => said.replaceAll(phrase, instead), short);
}

/** Of the characters that addresses have: other writing may follow without a blank. */
const address = /(https?:\/\/[\w.:[\]-]+)[\w.:[\]/?#@!$&*+,;=%~-]*/gi;
