/**
 * The rules of the imitated clouds: at which host and path which protocol is spoken, how a key is
 * sent, what a request must have, and how what breaks them is refused.
 */

import type { ShapeName } from './answers.ts';

export const keys = {
  azure: 'sk-test-azure-0123456789',
  foundry: 'sk-test-foundry-0123456789',
  bedrock: 'ABSKtest0123456789abcdef',
  vertex: 'AQ.test-vertex-0123456789',
} as const;
export type CloudName = keyof typeof keys;

/** The key of Bedrock was made here. */
export const region = 'us-east-1';
export const resource = 'mine';
/** The one that Azure knows. */
export const deployment = 'my-deployment';

/** A request as it came. */
export interface CloudRequest {
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Refusal {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What one kind of address of a cloud serves. */
export interface Surface {
  readonly cloud: CloudName;
  readonly host: RegExp;
  readonly path: RegExp;
  readonly shape: ShapeName;
  /** Ways in which a key may come; another one beside it is refused. */
  readonly keyIn: readonly ('authorization' | 'api-key' | 'x-api-key' | 'x-goog-api-key')[];
  /** Names of query parameters that may come. */
  readonly query: readonly string[];
  readonly refuseKey: (request: CloudRequest) => Refusal;
  /** What else is wrong with the request, in words. */
  readonly faultOf: (request: CloudRequest) => string | undefined;
}

const openaiHost = /^mine\.openai\.azure\.com$/;
const foundryHost = /^mine\.services\.ai\.azure\.com$/;
const runtimeHost = /^bedrock-runtime\.[a-z0-9-]+\.amazonaws\.com$/;
const mantleHost = /^bedrock-mantle\.[a-z0-9-]+\.api\.aws$/;

const azureKey = (): Refusal => ({
  status: 401,
  body: {
    error: {
      code: '401',
      message:
        'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.',
    },
  },
});

const runtimeKey = (): Refusal => ({
  status: 403,
  body: { Message: 'Authentication failed: Please make sure your API Key is valid.' },
});

const mantleKey = (): Refusal => ({
  status: 401,
  body: { error: { code: 'invalid_api_key', message: 'Invalid bearer token' } },
});

const googleKey = (): Refusal => ({
  status: 401,
  body: {
    error: {
      code: 401,
      message: 'API keys are not supported by this API.',
      status: 'UNAUTHENTICATED',
      details: [{ reason: 'CREDENTIALS_MISSING', domain: 'googleapis.com' }],
    },
  },
});

const modelOf = ({ body }: CloudRequest): string => String(body['model']);

function faultOfMessages({ headers, body, path }: CloudRequest): string | undefined {
  // pages of the clouds name 2023-06-01, and Anthropic's SDK sends 2026-10-21 since its version 1
  if (!/^20\d\d-\d\d-\d\d$/.test(String(headers['anthropic-version'])))
    return 'anthropic-version is missing';
  if (path.endsWith('/count_tokens')) return undefined;
  return typeof body['max_tokens'] === 'number' ? undefined : 'max_tokens is missing';
}

function azure(host: RegExp, path: RegExp, shape: ShapeName): Surface {
  return {
    cloud: 'azure',
    host,
    path,
    shape,
    keyIn: ['api-key', 'authorization'],
    query: ['api-version'],
    refuseKey: azureKey,
    faultOf: (request) => {
      const version = request.query.get('api-version') ?? 'v1';
      if (version !== 'v1' && version !== 'preview') return `api-version ${version} is older`;
      return modelOf(request) === deployment ? undefined : 'no deployment is called so';
    },
  };
}

function foundry(path: RegExp, shape: ShapeName): Surface {
  return {
    cloud: 'foundry',
    host: foundryHost,
    path,
    shape,
    keyIn: ['x-api-key'],
    query: ['beta'],
    refuseKey: azureKey,
    faultOf: faultOfMessages,
  };
}

function bedrock(host: RegExp, path: RegExp, shape: ShapeName): Surface {
  const isClaude = shape === 'messages' || shape === 'messageCount';
  return {
    cloud: 'bedrock',
    host,
    path,
    shape,
    keyIn: ['authorization'],
    query: isClaude ? ['beta'] : [],
    refuseKey: host.source.includes('mantle') ? mantleKey : runtimeKey,
    faultOf: (request) => {
      const model = modelOf(request);
      if (isClaude !== model.includes('anthropic.')) return 'the model is not served here';
      if (shape === 'responses' && model.includes('gpt-oss')) return 'no Responses for this model';
      return isClaude ? faultOfMessages(request) : undefined;
    },
  };
}

function vertex(path: RegExp, shape: ShapeName): Surface {
  return {
    cloud: 'vertex',
    host: /^aiplatform\.googleapis\.com$/,
    path,
    shape,
    keyIn: ['x-goog-api-key'],
    query: ['alt'],
    refuseKey: googleKey,
    faultOf: ({ path: at, query, body }) => {
      const unknown = ['model', 'stream', 'messages'].find((field) => field in body);
      if (unknown !== undefined) return `Unknown name "${unknown}"`;
      const isStreamed = at.endsWith(':streamGenerateContent');
      return isStreamed === (query.get('alt') === 'sse') ? undefined : 'alt=sse goes with a stream';
    },
  };
}

export const surfaces: readonly Surface[] = [
  ...[openaiHost, foundryHost].flatMap((host) => [
    azure(host, /^\/openai\/v1\/chat\/completions$/, 'chat'),
    azure(host, /^\/openai\/v1\/responses$/, 'responses'),
  ]),
  foundry(/^\/anthropic\/v1\/messages$/, 'messages'),
  foundry(/^\/anthropic\/v1\/messages\/count_tokens$/, 'messageCount'),
  bedrock(runtimeHost, /^\/openai\/v1\/chat\/completions$/, 'chat'),
  bedrock(runtimeHost, /^\/openai\/v1\/responses$/, 'responses'),
  bedrock(runtimeHost, /^\/anthropic\/v1\/messages$/, 'messages'),
  bedrock(mantleHost, /^\/v1\/chat\/completions$/, 'chat'),
  bedrock(mantleHost, /^\/v1\/responses$/, 'responses'),
  bedrock(mantleHost, /^\/anthropic\/v1\/messages$/, 'messages'),
  bedrock(mantleHost, /^\/anthropic\/v1\/messages\/count_tokens$/, 'messageCount'),
  vertex(
    /^\/v1\/publishers\/google\/models\/[\w.-]+:(stream)?generateContent$/i,
    'generateContent',
  ),
  vertex(/^\/v1\/publishers\/google\/models\/[\w.-]+:countTokens$/, 'contentCount'),
];
