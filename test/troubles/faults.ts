/**
 * Faults that a trouble is staged with, and the truth about each: who says it, what it blames, its
 * words, its end. Data; nothing here knows how the program explains any of them.
 */

import type { Headers } from '../../src/model/request.ts';
import type { UpstreamStep } from '../fakes/fake-host.ts';

/** What a printed sentence may be about. */
export type Topic =
  | 'key'
  | 'money'
  | 'limit'
  | 'proxy'
  | 'page'
  | 'upstream'
  | 'certificate'
  | 'network'
  | 'plain-port'
  | 'model'
  | 'region'
  | 'server'
  | 'silence'
  | 'length'
  | 'empty'
  | 'policy'
  | 'login'
  | 'price';

export interface Fault {
  readonly name: string;
  /** Answers a request for an answer. `host` is that of the provider that was asked. */
  readonly answer: (host: string) => UpstreamStep;
  /** It is about this; sentences about anything else would be made up. */
  readonly topics: readonly Topic[];
  /** Blames the key that was sent, so that it must be named. Default: false. */
  readonly isOfKey?: boolean;
  /** Blames the request: the target and its key are as good as before. Default: false. */
  readonly isOfRequest?: boolean;
  /** The speaker's words, or a part of them, which must be quoted. Absent: it has none. */
  readonly words?: string;
  /** It said itself when it ends: so long after the answer, ms. */
  readonly endsAfterMs?: number;
  /** It goes away with another key. Default: false. */
  readonly endsWithKey?: boolean;
  /** It goes away where plain http is asked for. Default: false. */
  readonly endsWithHttp?: boolean;
  /** Every connection to the host fails alike, also that of a check. Default: false. */
  readonly isOfConnection?: boolean;
  /** Whether it can be played by a server on this machine, in little time. Default: true. */
  readonly isLive?: false;
  /** What the record of a request must say, where that differs from `says`. */
  readonly saysOfRequest?: RegExp;
  /** The printed line must say one of these: the fact that a person needs first. */
  readonly says: RegExp;
  /** What stands in place of the secret; undefined: nothing. Default: the secret. */
  readonly given?: (secret: string) => string | undefined;
  /** Where its key can stand. Default: everywhere. */
  readonly places?: readonly KeyPlace[];
  /** Its line of `.env`. Default: `NAME='KEY'`. */
  readonly line?: (variable: string, given: string) => string;
  /** A field of its provider, as `config.yaml` has it: it lasts until that is changed. */
  readonly field?: string;
}

/** Where the key of a provider stands, and how a person would name that place. */
export type KeyPlace = 'config' | 'dotenv' | 'environment' | 'stored';

const variables: readonly KeyPlace[] = ['dotenv', 'environment'];

function refusal(status: number, error: object, headers: Headers = {}): () => UpstreamStep {
  const json = { 'content-type': 'application/json', ...headers };
  return () => ({ status, headers: json, chunks: [JSON.stringify({ error })] });
}

function page(status: number, html: string, headers: Headers = {}): () => UpstreamStep {
  return () => ({ status, headers: { 'content-type': 'text/html', ...headers }, chunks: [html] });
}

function system(code: string, message: (host: string) => string): Fault['answer'] {
  return (host) => ({ error: Object.assign(new Error(message(host)), { code }) });
}

export function completion(content: string): UpstreamStep {
  const choice = { message: { content }, finish_reason: 'stop' };
  return { chunks: [JSON.stringify({ choices: [choice] })] };
}

const minuteMs = 60_000;
const unknownKey = refusal(401, { message: 'No such key.', code: 'invalid_api_key' });

/** A key that is there, and that its provider does not know. */
function oddKey(name: string, given: (secret: string) => string, says: RegExp): Fault {
  const ofKey = { isOfKey: true, endsWithKey: true, places: variables, topics: ['key'] } as const;
  const saysOfRequest = /reject|refuse|no key/;
  return { name, given, says, saysOfRequest, answer: unknownKey, ...ofKey };
}

/** Each fault says what it says for ever, unless the story ends it. */
export const faults: readonly Fault[] = [
  {
    name: 'a key that is refused',
    answer: refusal(401, { message: 'Incorrect API key provided.', code: 'invalid_api_key' }),
    topics: ['key'],
    isOfKey: true,
    endsWithKey: true,
    words: 'Incorrect API key provided.',
    says: /reject|refuse/,
  },
  {
    name: 'a key that is refused in other words',
    answer: refusal(401, {
      message: 'Authentication Fails (governor)',
      type: 'authentication_error',
    }),
    topics: ['key'],
    isOfKey: true,
    endsWithKey: true,
    words: 'Authentication Fails (governor)',
    says: /reject|refuse/,
  },
  {
    name: 'a key that was withdrawn',
    answer: refusal(401, { message: 'This token was invalidated.', code: 'token_invalidated' }),
    topics: ['key'],
    isOfKey: true,
    endsWithKey: true,
    words: 'This token was invalidated.',
    says: /withdrawn|revoked|invalidated/,
  },
  {
    name: 'no key',
    answer: unknownKey,
    given: () => undefined,
    places: variables,
    topics: ['key'],
    isOfKey: true,
    endsWithKey: true,
    says: /has no key|no key/,
  },
  oddKey('an empty key', () => '', /no key|empty/),
  oddKey('a key in quotation marks', (secret) => `"${secret}"`, /quotation mark/),
  oddKey('two keys in one', (secret) => `${secret},${secret}b`, /two keys/),
  oddKey('a key that is a reference', () => '$'.concat('{SOME_KEY}'), /name of a variable/),
  oddKey('an assignment for a key', (secret) => `KEY=${secret}`, /variable's name|assignment/),
  {
    name: 'an account without money',
    answer: refusal(402, { message: 'Insufficient Balance' }),
    topics: ['money'],
    isOfKey: true,
    endsWithKey: true,
    words: 'Insufficient Balance',
    says: /money|credit|balance/i,
  },
  {
    name: 'a quota that is used up',
    answer: refusal(429, {
      message: 'You exceeded your current quota, please check your plan and billing details.',
      code: 'insufficient_quota',
    }),
    topics: ['money'],
    isOfKey: true,
    endsWithKey: true,
    words: 'You exceeded your current quota',
    says: /money|credit|quota/i,
  },
  {
    name: 'a rate limit with its end',
    answer: refusal(429, { message: 'Rate limit reached for requests' }, { 'retry-after': '3600' }),
    topics: ['limit'],
    isOfKey: true,
    endsWithKey: true,
    words: 'Rate limit reached for requests',
    endsAfterMs: 60 * minuteMs,
    says: /slow down|rate limit|limit/i,
  },
  {
    name: 'an overload with its end',
    answer: refusal(503, { message: 'We are over capacity.' }, { 'retry-after': '1800' }),
    topics: ['server'],
    words: 'We are over capacity.',
    endsAfterMs: 30 * minuteMs,
    says: /overload|capacity|busy|unavailable|503/i,
  },
  {
    name: 'an overload',
    answer: refusal(503, { message: 'The engine is currently overloaded.' }),
    topics: ['server'],
    words: 'The engine is currently overloaded.',
    says: /overload|busy/i,
  },
  {
    name: 'a fault of the server',
    answer: refusal(500, { message: 'The server had an error while processing.' }),
    topics: ['server'],
    words: 'The server had an error while processing.',
    says: /error|failed|fails|500/i,
  },
  {
    name: 'a bad gateway of a CDN',
    answer: page(502, '<html><head><title>502 Bad Gateway</title></head>cloudflare</html>', {
      server: 'cloudflare',
    }),
    topics: ['server', 'page', 'proxy', 'login', 'network'],
    says: /page|gateway|502|error/i,
  },
  {
    name: 'the page of a network login, with 200',
    answer: page(200, '<html><title>Hotel Wi-Fi</title>Please accept our terms</html>'),
    topics: ['page', 'login', 'proxy', 'network'],
    says: /page|HTML/,
  },
  {
    name: 'a redirect to a login',
    answer: page(302, '', { location: 'https://login.hotel.example/start' }),
    topics: ['page', 'login', 'proxy', 'network'],
    says: /redirect|login|page/i,
  },
  {
    name: 'a page that denies the way out',
    answer: page(403, '<html><title>Access Denied</title>Blocked by company policy</html>', {
      via: '1.1 squid.corp.example (squid/5.7)',
    }),
    topics: ['page', 'proxy', 'login', 'policy', 'network'],
    says: /page|proxy/i,
  },
  {
    name: 'a region that is not served',
    answer: refusal(403, {
      message: 'Country, region, or territory not supported',
      code: 'unsupported_country_region_territory',
    }),
    topics: ['region'],
    words: 'Country, region, or territory not supported',
    says: /region|country|location/i,
  },
  {
    name: 'a model that is not there',
    answer: refusal(404, {
      message: 'The model `big` does not exist or you do not have access to it.',
      code: 'model_not_found',
    }),
    topics: ['model'],
    words: 'The model `big` does not exist',
    says: /model/,
  },
  {
    name: 'a refused connection',
    answer: system('ECONNREFUSED', () => 'connect ECONNREFUSED 203.0.113.9:443'),
    topics: ['network', 'server'],
    isOfConnection: true,
    says: /refused|reach|listen/i,
  },
  {
    name: 'a host that is not found',
    isLive: false,
    answer: system('ENOTFOUND', (host) => `getaddrinfo ENOTFOUND ${host}`),
    topics: ['network'],
    isOfConnection: true,
    says: /name|found|reach/i,
  },
  {
    name: 'a certificate that has ended',
    isLive: false,
    answer: system('CERT_HAS_EXPIRED', () => 'certificate has expired'),
    topics: ['certificate', 'network', 'proxy'],
    isOfConnection: true,
    says: /certificate/i,
  },
  {
    name: 'https to a plain port',
    isLive: false,
    answer: system(
      'EPROTO',
      () => 'write EPROTO C0:error:0A00010B:SSL routines:ssl3_get_record:wrong version number',
    ),
    topics: ['plain-port', 'certificate', 'network'],
    isOfConnection: true,
    endsWithHttp: true,
    says: /https?:|plain/i,
  },
  {
    name: 'a connection that is reset',
    answer: system('ECONNRESET', () => 'read ECONNRESET'),
    topics: ['network', 'server'],
    says: /reset|closed|connection|reach/i,
  },
  {
    name: 'silence',
    isLive: false,
    answer: () => ({ silent: true }),
    topics: ['silence', 'server'],
    says: /silent|slow|no answer|said nothing|within/i,
  },
  {
    name: 'a gateway in between whose own key is refused',
    answer: refusal(401, {
      message:
        'litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key provided: sk-up.',
      type: null,
      code: '401',
    }),
    topics: ['upstream', 'key', 'proxy'],
    words: 'litellm.AuthenticationError',
    says: /upstream/,
  },
  {
    name: 'a request that is larger than the limit',
    answer: refusal(429, {
      message: 'Request too large for big on tokens per min (TPM): Limit 30000, Requested 48000.',
      code: 'rate_limit_exceeded',
    }),
    topics: ['length', 'limit'],
    isOfRequest: true,
    words: 'Request too large for big',
    says: /large|long|tokens/i,
  },
  {
    name: 'a prompt that is too long',
    answer: refusal(400, {
      message: "This model's maximum context length is 8192 tokens, you sent 9000.",
      code: 'context_length_exceeded',
    }),
    topics: ['length'],
    isOfRequest: true,
    words: 'maximum context length is 8192 tokens',
    says: /long|context/i,
  },
  {
    name: 'a refusal by policy',
    answer: refusal(400, {
      message: 'The response was filtered due to the prompt triggering content management policy.',
      code: 'content_filter',
    }),
    topics: ['policy'],
    isOfRequest: true,
    words: 'content management policy',
    says: /policy|filter/i,
  },
  {
    name: "a company's certificate",
    isLive: false,
    answer: system(
      'SELF_SIGNED_CERT_IN_CHAIN',
      () => 'self-signed certificate in certificate chain',
    ),
    topics: ['certificate', 'network', 'proxy'],
    isOfConnection: true,
    says: /certificate/i,
  },
  {
    name: 'an empty answer that is passed on',
    answer: () => completion(''),
    topics: ['empty'],
    says: /nothing|empty/,
  },
  {
    name: 'a name with a colon',
    isLive: false,
    answer: unknownKey,
    given: (secret) => secret,
    line: (variable, given) => `${variable}: ${given}`,
    places: ['dotenv'],
    topics: ['key'],
    isOfKey: true,
    endsWithKey: true,
    says: /sets nothing/,
  },
  {
    name: 'a model without a price under a budget',
    answer: () => completion('Fix the Login'),
    isLive: false,
    field: 'budget: {usd: 5, per: day}',
    topics: ['price'],
    says: /no price/,
  },
  {
    name: 'words that nobody knows',
    answer: refusal(418, { message: 'The kettle is being descaled.' }),
    topics: ['server'],
    words: 'The kettle is being descaled.',
    says: /418|kettle/,
  },
];
