/** Who is named beside quoted words, in every gateway's way. */

import { describe, expect, it } from 'vitest';
import { parseErrorBody } from './error-body.ts';
import { matchSignature } from './match-signature.ts';
import { findQuotedVendor } from './quoted-vendor.ts';

const quote = (upstream: object): string => JSON.stringify({ error: upstream });
const arrears = { code: '1113', message: 'm' };
const openrouter = (name: string, raw = quote(arrears)): object => ({
  error: { message: 'Provider returned error', metadata: { raw, provider_name: name } },
});
const litellm = (name: string): object => ({
  error: { message: `litellm.RateLimitError: ${name}Exception - ${quote(arrears)}`, code: '429' },
});

describe('the vendor whose words a gateway repeats', () => {
  it.each([
    [openrouter('Z.AI'), 'zhipu'],
    [openrouter('Google AI Studio'), 'gemini'],
    [openrouter('Google'), 'vertex'],
    [openrouter('Amazon Bedrock'), 'bedrock'],
    [openrouter('DeepSeek'), 'deepseek'],
    [openrouter('xAI'), 'xai'],
    [litellm('Zai'), 'zhipu'],
    [litellm('gemini'), 'gemini'],
    [litellm('Vertex_ai'), 'vertex'],
    [litellm('Together_ai'), 'together'],
    [litellm('OpenAI'), undefined],
    [{ error: { message: 'm' }, extra_fields: { provider: 'bedrock' } }, 'bedrock'],
    [{ error: { message: 'm' }, provider: 'moonshot' }, 'moonshot'],
    [{ error: arrears }, undefined],
    [{ error: { message: 'Exception - m' } }, undefined],
  ])('%j', (body, vendor) => {
    expect(findQuotedVendor(parseErrorBody(JSON.stringify(body)))).toBe(vendor);
  });

  it.each([
    [openrouter('Z.AI'), 'zhipu-arrears'],
    [litellm('Zai'), 'zhipu-arrears'],
    // a number of one vendor says nothing at another, nor where nobody is named
    [openrouter('Groq'), 'any-status-429'],
    [litellm('OpenAI'), 'any-said-429'],
  ])('has its own rules: %j', (body, rule) => {
    const facts = parseErrorBody(JSON.stringify(body));
    const quoted = findQuotedVendor(facts);
    const asked = { ...facts, provider: 'custom', quoted, httpStatus: 429, headers: {} };
    expect(matchSignature(asked)?.id).toBe(rule);
  });
});
