/**
 * The sides of the translate leg as its tests use them: a body for a target, an answer as it is
 * told and read.
 */

import type { ProtocolName } from '../../src/model/protocol.ts';
import type { Target } from '../../src/model/target.ts';
import { anthropicMessages } from '../../src/protocols/anthropic-messages/protocol.ts';
import { googleGenerateContent } from '../../src/protocols/google-generate-content/protocol.ts';
import type { WireObject } from '../../src/protocols/json/is-record.ts';
import { openaiChat } from '../../src/protocols/openai-chat/protocol.ts';
import { openaiResponses } from '../../src/protocols/openai-responses/protocol.ts';
import type {
  AnswerFacts,
  NeutralPart,
  NeutralRequest,
  Translation,
} from '../../src/protocols/translation/neutral.ts';
import { familyOf } from '../../src/providers/families.ts';

export type Side = readonly [ProtocolName, Translation];

export const sides: readonly Side[] = [
  ['openai-chat', openaiChat.translation],
  ['anthropic-messages', anthropicMessages.translation],
  ['openai-responses', openaiResponses.translation],
  ['google-generate-content', googleGenerateContent.translation],
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
  request: { stream_options: { include_usage: true }, include: ['reasoning.encrypted_content'] },
  textTools: new Set(),
  notes: [],
};

/** A target of this protocol; the model is one whose abilities are known. */
export function targetOf(protocol: ProtocolName, changes: Partial<Target> = {}): Target {
  return {
    id: 'there/claude-haiku-4-5',
    provider: 'there',
    model: 'claude-haiku-4-5',
    protocol,
    baseUrl: 'https://there.test/v1',
    origin: 'https://there.test',
    site: 'https://there.test/v1',
    authStyle: 'bearer',
    keyRequired: true,
    pool: 'there',
    limits: {},
    bodyEdits: [],
    traits: familyOf('claude-haiku-4-5')?.traits ?? {},
    ...changes,
  };
}

export interface Written {
  readonly body: WireObject;
  readonly notes: readonly string[];
}

/** The body that a target of this protocol would get. */
export function writeRequest(
  [protocol, spoken]: Side,
  request: NeutralRequest,
  changes: Partial<Target> = {},
): Written {
  const { body, notes } = spoken.encodeRequest(request, targetOf(protocol, changes), true);
  return { body: JSON.parse(JSON.stringify(body)), notes };
}

/** The SSE text of an answer in a client's protocol. */
export function tell(client: Translation, parts: readonly NeutralPart[]): string {
  const writer = new client.AnswerWriter(facts);
  return parts
    .flatMap((part) => writer.push(part))
    .map(({ name, data }) => `${name === undefined ? '' : `event: ${name}\n`}data: ${data}\n\n`)
    .join('');
}

/** What we read from these events of a target. */
export function readEvents(
  spoken: Translation,
  events: readonly WireObject[],
): readonly NeutralPart[] {
  const decoder = new spoken.AnswerDecoder();
  return [...events.flatMap((event) => decoder.push(event)), ...decoder.end()];
}

/** The events in these SSE bytes, the marker aside. */
export function eventsIn(text: string): readonly WireObject[] {
  return [...text.matchAll(/^data: (\{.*)$/gm)].map(([, data]) => JSON.parse(data ?? ''));
}
