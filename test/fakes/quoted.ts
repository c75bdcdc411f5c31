/**
 * Lists the ways in which proxies were seen to repeat an error of their upstream: LiteLLM,
 * OpenRouter, and users' own servers.
 */

import type { Headers } from '../../src/model/request.ts';

export interface Quoted {
  readonly body: string;
  readonly headers?: Headers;
}

interface Quoting {
  /** A proxy of people's own may write so; a vendor that does means itself. */
  readonly isEmbeddedOnly?: true;
  /** `said` is a body; `word` is put where the form leaves room. */
  readonly quote: (said: string, word: string) => Quoted;
}

function error(message: unknown, more: object = {}): Quoted {
  return { body: JSON.stringify({ error: { message, type: null, param: null, ...more } }) };
}

/** As Python prints a dict. */
function toPython(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (Array.isArray(value)) return `[${value.map(toPython).join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([name, inner]) => `'${name}': ${toPython(inner)}`)
      .join(', ')}}`;
  return typeof value === 'string'
    ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
    : String(value);
}

export const quotings: Readonly<Record<string, Quoting>> = {
  litellm: {
    quote: (said, word) =>
      error(`litellm.${word}Error: OpenAIException - ${said}`, { code: '401' }),
  },
  'litellm, twice': {
    quote: (said, word) =>
      error(
        `litellm.${word}Error: ${word}Error: AnthropicException - ${said}\n\nLiteLLM: model group 'm' failed.`,
        {
          type: 'authentication_error',
          code: '401',
        },
      ),
  },
  'litellm, inside': {
    quote: (said) => error(`/chat/completions: litellm.exceptions.APIError: ${said}`),
  },
  'litellm as detail': {
    quote: (said, word) => ({ body: JSON.stringify({ detail: `litellm.${word}Error: ${said}` }) }),
  },
  'an exception alone': {
    quote: (said) => error(`VertexAIException - ${said}`, { code: 'invalid_api_key' }),
  },
  'headers of the upstream': {
    quote: (said) => ({ body: said, headers: { 'llm_provider-content-type': 'application/json' } }),
  },
  'metadata.raw as text': {
    quote: (said) =>
      error('Provider returned error', { code: 401, metadata: { raw: said, provider_name: 'X' } }),
  },
  'metadata.raw as it is': {
    quote: (said) =>
      error('Provider returned error', { code: 401, metadata: { raw: JSON.parse(said) } }),
  },
  'JSON in a sentence': {
    isEmbeddedOnly: true,
    quote: (said, word) => error(`${word} from upstream: ${said}`),
  },
  'escaped JSON': {
    isEmbeddedOnly: true,
    quote: (said) =>
      error(`upstream: ${JSON.stringify(said).slice(1, -1)}`, { type: 'authentication_error' }),
  },
  'JSON alone': { isEmbeddedOnly: true, quote: (said) => error(said) },
  'JSON that was cut': {
    isEmbeddedOnly: true,
    quote: (said) => error(`upstream said ${said.slice(0, -2)}…`),
  },
  'a Python dict': {
    isEmbeddedOnly: true,
    quote: (said) => error(`Error code: 401 - ${toPython(JSON.parse(said))}`),
  },
  'a Python dict as detail': {
    isEmbeddedOnly: true,
    quote: (said) => ({
      body: JSON.stringify({ detail: `Error code: 401 - ${toPython(JSON.parse(said))}` }),
    }),
  },
  'a text with JSON': {
    isEmbeddedOnly: true,
    quote: (said, word) => ({ body: `502 ${word}: all failed: ${said}` }),
  },
};
