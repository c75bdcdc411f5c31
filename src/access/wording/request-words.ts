/**
 * Words of refusals of the request itself, or of its model, each with what mends it. Data.
 */

import type { FailureClass } from '../../model/failure.ts';
import type { Fix } from '../../model/fix.ts';

export interface BrokenPlace {
  readonly provider: string;
  readonly model: string;
  readonly baseUrl: string;
}

export interface WordsFix {
  readonly words: RegExp;
  /** Words of a vendor's server that only its user could mend are no advice. Default: anybody's. */
  readonly isOfOwn?: true;
  /** Of these models alone. Default: of each. */
  readonly models?: RegExp;
  /** At such base URLs alone. Default: at each. */
  readonly at?: RegExp;
  /** Of a request that is refused for itself. Default: of others alone. */
  readonly isOfRequest?: true;
  /** Default: whatever the class is. */
  readonly causes?: readonly FailureClass[];
  readonly fix: (asked: BrokenPlace, words: string) => Fix;
}

const thoughtAway = /\bits thinking took all (?:(\d+) tokens)?/;

export const requestWords: readonly WordsFix[] = [
  {
    words: /\bprevious.?response\b.{0,80}\bnot found\b/i,
    isOfRequest: true,
    fix: () => ({
      text: 'begin the conversation anew: send the whole of it in input, without previous_response_id (an answer is kept for 30 days at most, and only for the project that made it)',
    }),
  },
  {
    words:
      /\b(error while|failed to|unable to|could ?n[o']t|cannot) (download|fetch|retriev)\w*\b.{0,60}(\b(image|file|url|media)|https?:|\[your text\])/i,
    isOfRequest: true,
    fix: () => ({
      text: 'send the picture or file itself (as a data: URL), or a link that the provider can open from outside: none to this machine or this network',
    }),
  },
  // in our own words: the judge of a side task
  {
    words: thoughtAway,
    causes: ['unusable'],
    fix: (_asked, words) => {
      const [, limit] = thoughtAway.exec(words) ?? [];
      const room =
        limit === undefined
          ? 'let its server allow longer answers'
          : `let the caller allow more than ${limit} tokens`;
      return {
        text: `name a model for this task that does not reason, have it reason less (with a reasoning_effort of minimal beside the task), or ${room}`,
      };
    },
  },
  // OpenAI, Groq: the whole minute of the plan is less than this request
  {
    words: /^request too large\b.{0,200}\b(tokens|TPM)\b/i,
    isOfRequest: true,
    causes: ['too-large'],
    fix: ({ model }) => ({
      text: `waiting does not help, since this one request is more than the plan allows ${model} in a minute: send less at once (a shorter conversation, fewer tools), get a plan that allows more, or put a model with a larger limit on the route (holdfast fallback add)`,
    }),
  },
  // Bedrock. [D] https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
  {
    words: /\bon-demand throughput\b.{0,80}\binference profile\b/i,
    fix: ({ model, baseUrl }) => ({
      text: `the model is there, and only by an inference profile: name ${areaOf(baseUrl)}.${model} as the model, or another profile that the Bedrock console lists (Cross-region inference)`,
    }),
  },
];

/** The profiles of an area begin with its name: `us.anthropic.claude-…`. */
function areaOf(baseUrl: string): string {
  const [, area = ''] = /[.](us-gov|us|eu|ap)-[a-z]+-\d/.exec(new URL(baseUrl).hostname) ?? [];
  return area === 'ap' ? 'apac' : area || 'global';
}
