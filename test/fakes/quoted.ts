/**
 * Lists the ways in which proxies were seen to repeat an error of their upstream: LiteLLM,
 * OpenRouter, Bifrost, Portkey, one-api and its forks, and users' own servers.
 */

import type { Headers } from '../../src/model/request.ts';
import { isRecord } from '../../src/protocols/json/is-record.ts';

export interface Quoted {
  readonly body: string;
  readonly headers?: Headers;
}

interface Quoting {
  /** A proxy of people's own may write so; a vendor that does means itself. */
  readonly isEmbeddedOnly?: true;
  /** The upstream's code cannot be read in it. */
  readonly hidesCode?: true;
  /** `said` is a body; `word` is put where the form leaves room. */
  readonly quote: (said: string, word: string) => Quoted;
}

function error(message: unknown, more: object = {}): Quoted {
  return { body: JSON.stringify({ error: { message, type: null, param: null, ...more } }) };
}

/** The fields of the upstream's error, and its sentence. */
function readSaid(said: string): { readonly fields: object; readonly sentence: string } {
  const whole: unknown = JSON.parse(said);
  const body: unknown = Array.isArray(whole) ? whole[0] : whole;
  const inner = isRecord(body) && isRecord(body['error']) ? body['error'] : body;
  if (!isRecord(inner)) return { fields: {}, sentence: said };
  const { message, detail, error: text } = inner;
  return { fields: inner, sentence: String(message ?? text ?? detail ?? 'Unauthorized') };
}

/** As Go prints a map. */
function toGo(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(toGo).join(' ')}]`;
  if (isRecord(value))
    return `map[${Object.entries(value)
      .map(([name, inner]) => `${name}:${toGo(inner)}`)
      .join(' ')}]`;
  return String(value);
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
  'metadata.raw is empty': {
    quote: () =>
      error('Provider returned error', {
        code: 401,
        metadata: {
          raw: '',
          provider_name: 'Venice',
          limit_source: 'upstream_provider_shared_pool',
        },
      }),
  },
  'a chunk of OpenRouter': {
    quote: (said) => ({
      body: JSON.stringify({
        id: 'gen-1',
        object: 'chat.completion.chunk',
        provider: 'OpenAI',
        error: { code: 401, ...readSaid(said).fields },
        choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
      }),
    }),
  },
  bifrost: {
    quote: (said) => ({
      body: JSON.stringify({
        is_bifrost_error: false,
        status_code: 401,
        error: { ...readSaid(said).fields, message: readSaid(said).sentence },
        extra_fields: { provider: 'openai', model_requested: 'm', request_type: 'chat_completion' },
      }),
    }),
  },
  portkey: {
    quote: (said) => ({
      body: JSON.stringify({
        error: { ...readSaid(said).fields, message: `openai error: ${readSaid(said).sentence}` },
        provider: 'openai',
      }),
    }),
  },
  'one-api': {
    isEmbeddedOnly: true,
    quote: (said) =>
      error(`${readSaid(said).sentence} (request id: 20260930031835054187Qx)`, {
        ...readSaid(said).fields,
        message: `${readSaid(said).sentence} (request id: 20260930031835054187Qx)`,
      }),
  },
  'one-api behind one-api': {
    isEmbeddedOnly: true,
    hidesCode: true,
    quote: (said) =>
      error(
        `${readSaid(said).sentence} (request id: 2026093003183505) (request id: 2026093003183507)`,
        { type: 'new_api_error', code: 'invalid_api_key' },
      ),
  },
  'new-api, a body that it could not read': {
    isEmbeddedOnly: true,
    hidesCode: true,
    quote: () =>
      error('openai_error', {
        type: 'bad_response_status_code',
        param: '',
        code: 'bad_response_status_code',
      }),
  },
  'a sentence about the upstream': {
    isEmbeddedOnly: true,
    hidesCode: true,
    quote: (_said, word) =>
      error(`Upstream authentication failed: ${word}, please contact administrator`, {
        type: 'authentication_error',
      }),
  },
  'from a provider': {
    isEmbeddedOnly: true,
    hidesCode: true,
    quote: (said) => error(`Error from provider: 401 Unauthorized ${readSaid(said).sentence}`),
  },
  'a type of the upstream': {
    isEmbeddedOnly: true,
    hidesCode: true,
    quote: (said) => error(readSaid(said).sentence, { type: 'upstream_error' }),
  },
  'bytes of Python': {
    isEmbeddedOnly: true,
    quote: (said) => error(`BadRequestError - b'${said.replaceAll("'", "\\'")}'`),
  },
  'JSON escaped twice': {
    isEmbeddedOnly: true,
    hidesCode: true,
    quote: (said) => error(`all failed: ${JSON.stringify(JSON.stringify(said))}`),
  },
  'JSON in HTML': {
    isEmbeddedOnly: true,
    hidesCode: true,
    quote: (said) => error(`502: ${said.replaceAll('"', '&quot;')}`),
  },
  'a map of Go': {
    isEmbeddedOnly: true,
    hidesCode: true,
    quote: (said) => error(`chat failed: ${toGo(JSON.parse(said))}`),
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
