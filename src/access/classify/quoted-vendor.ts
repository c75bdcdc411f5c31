/**
 * Whose words a gateway repeats, where it names its upstream beside them (step 4 of a request):
 * they mean what they mean at that vendor, its numbers too. Pure.
 */

import { type ErrorBody, layersOf, valuesAt } from './error-body.ts';

/** How gateways call vendors, beside the vendors' own names. Small letters and digits alone. */
const otherNames: Readonly<Record<string, string>> = {
  alibaba: 'qwen',
  alibabacloud: 'qwen',
  amazonbedrock: 'bedrock',
  dashscope: 'qwen',
  fireworksai: 'fireworks',
  google: 'vertex',
  googleaistudio: 'gemini',
  googlevertex: 'vertex',
  mistralai: 'mistral',
  moonshotai: 'moonshot',
  togetherai: 'together',
  vertexai: 'vertex',
  zai: 'zhipu',
  zhipuai: 'zhipu',
};

/** LiteLLM writes this of every server that speaks OpenAI's protocol. */
const anybody = 'openai';

/** Returns the name of its entry, if it has one; undefined if nobody is named. */
export function findQuotedVendor(body: ErrorBody): string | undefined {
  const named = layersOf(body).flatMap(({ sentence, body: whole, error }) => [
    /\b(\w{2,30})Exception - /.exec(sentence)?.[1],
    ...valuesAt(error, 'metadata.provider_name'),
    ...(whole === error ? [] : valuesAt(whole, 'provider')),
    ...valuesAt(whole, 'extra_fields.provider'),
  ]);
  const [first] = named.filter((name) => typeof name === 'string');
  const plain = first?.toLowerCase().replace(/[^a-z0-9]/g, '');
  return plain === undefined || plain === anybody ? undefined : (otherNames[plain] ?? plain);
}
