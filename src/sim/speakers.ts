/**
 * Lists the roles of a request in order, as a chat template sees them, and checks them by the rules
 * of strict templates.
 */

import { isJsonObject, type JsonObject, toItems, toObject, toText } from './json-value.ts';

export type TemplateRole = 'system' | 'user' | 'assistant' | 'call' | 'result';

/** Accepts a body of any protocol with roles. */
export function listSpeakers(body: unknown): readonly TemplateRole[] {
  const { messages, input, system, instructions } = toObject(body);
  const first = system ?? instructions;
  const hasFirst = typeof first === 'string' ? first !== '' : toItems(first).length > 0;
  const turns = typeof input === 'string' ? [{ role: 'user' }] : toItems(messages ?? input);
  return [
    ...(hasFirst ? ['system' as const] : []),
    ...turns.filter(isJsonObject).flatMap(speakersOf),
  ];
}

function speakersOf(turn: JsonObject): readonly TemplateRole[] {
  const type = toText(turn['type']) ?? '';
  if (/_call_output$/.test(type)) return ['result'];
  if (/_call$/.test(type)) return ['call'];
  const kinds = toItems(turn['content']).map((part) => toObject(part)['type']);
  switch (turn['role']) {
    case 'system':
    case 'developer':
      return ['system'];
    case 'tool':
      return ['result'];
    case 'assistant':
      return toItems(turn['tool_calls']).length > 0 || kinds.includes('tool_use')
        ? ['call']
        : ['assistant'];
    case 'user':
      if (!kinds.includes('tool_result')) return ['user'];
      return kinds.every((kind) => kind === 'tool_result') ? ['result'] : ['result', 'user'];
    default:
      return [];
  }
}

/** Qwen's templates from 3.5 on require the only system message to come first. */
export function breaksSystemFirst(speakers: readonly TemplateRole[]): boolean {
  return speakers.lastIndexOf('system') > 0;
}

/**
 * Mistral's require that too; without tools, user and assistant must alternate, and only the model
 * may follow a result.
 */
export function breaksAlternation(speakers: readonly TemplateRole[]): boolean {
  const turns = speakers.filter((speaker) => speaker === 'user' || speaker === 'assistant');
  const isOutOfTurn = turns.some((speaker, index) => (speaker === 'user') !== (index % 2 === 0));
  const isBehindResult = speakers.some(
    (speaker, index) => speaker === 'user' && speakers[index - 1] === 'result',
  );
  return breaksSystemFirst(speakers) || isOutOfTurn || isBehindResult;
}
