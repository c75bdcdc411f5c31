/** The sides of the translate leg as its tests use them: a body written by a package, an answer told by us and decoded by a package. */

import { describeWarnings } from '../../src/access/translate/translate.ts';
import type { ProtocolName } from '../../src/model/protocol.ts';
import type { Target } from '../../src/model/target.ts';
import { messagesTranslation } from '../../src/protocols/anthropic-messages/translation.ts';
import type { AnswerFacts, NeutralPart, NeutralRequest, Translation } from '../../src/protocols/neutral.ts';
import { chatTranslation } from '../../src/protocols/openai-chat/translation.ts';
import { responsesTranslation } from '../../src/protocols/openai-responses/translation.ts';
import type { WireObject } from '../../src/protocols/protocol.ts';

export type Side = readonly [ProtocolName, Translation];

export const sides: readonly Side[] = [
  ['openai-chat', chatTranslation],
  ['anthropic-messages', messagesTranslation],
  ['openai-responses', responsesTranslation],
];

export function requireSide(protocol: string): Side {
  const side = sides.find(([name]) => name === protocol);
  if (side === undefined) throw new TypeError(`nobody speaks ${protocol}`);
  return side;
}

export const facts: AnswerFacts = {
  id: 'hfr_test',
  model: 'claude-haiku-4-5',
  createdAt: 1_800_000_000,
  request: { stream_options: { include_usage: true } },
  textTools: new Set(),
};

/** A target of this protocol; the model is one whose abilities the packages know. */
export function targetOf(protocol: ProtocolName, changes: Partial<Target> = {}): Target {
  return {
    id: 'there/claude-haiku-4-5',
    provider: 'there',
    model: 'claude-haiku-4-5',
    protocol,
    baseUrl: 'https://there.test/v1',
    origin: 'https://there.test',
    authStyle: 'bearer',
    keyRequired: true,
    pool: 'there',
    limits: {},
    edits: [],
    ...changes,
  };
}

export interface Written {
  readonly body: WireObject;
  readonly notes: readonly string[];
}

/** The body that a target of this protocol would get. */
export async function writeRequest(
  [protocol, spoken]: Side,
  request: NeutralRequest,
  changes: Partial<Target> = {},
): Promise<Written> {
  const target = targetOf(protocol, changes);
  const { options, notes, complete } = spoken.prepareCall(request, target);
  const written = Promise.withResolvers<WireObject>();
  const model = spoken.createModel(target, async (_url, init) => {
    written.resolve(JSON.parse(String(init?.body)));
    return new Response(new Blob([]).stream(), { headers: { 'content-type': 'text/event-stream' } });
  });
  const { stream } = await model.doStream(options);
  const warnings: string[] = [];
  for await (const part of stream)
    if (part.type === 'stream-start') warnings.push(...describeWarnings(part.warnings));
  const body = await written.promise;
  const whole = complete === undefined ? body : complete(body);
  return { body: JSON.parse(JSON.stringify(whole)), notes: [...notes, ...warnings] };
}

/** The SSE text of an answer in a client's protocol. */
export function tell(client: Translation, parts: readonly NeutralPart[]): string {
  const writer = client.createAnswerWriter(facts);
  return parts.map((part) => writer.push(part)).join('');
}

/** What the package of this protocol makes of these bytes. */
export async function decodeStream(
  [protocol, spoken]: Side,
  chunks: readonly Uint8Array[],
): Promise<readonly NeutralPart[]> {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const model = spoken.createModel(targetOf(protocol), async () => new Response(body));
  const { stream } = await model.doStream({
    prompt: [{ role: 'user', content: [{ type: 'text', text: '?' }] }],
  });
  const parts: NeutralPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}
