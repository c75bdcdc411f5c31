/**
 * Shapes of a conversation that vendors ask for: where system messages stand, what may be empty.
 * Pure.
 */

import type { WireObject } from '../json/is-record.ts';
import type {
  NeutralMessage,
  NeutralOptions,
  ReasoningPart,
  ToolResult,
  UserFile,
} from './neutral.ts';
import type { Sealer } from './sealed.ts';
import { openSeal, sealIn } from './seals.ts';

interface Thinker {
  /** Whose seals the target takes back. */
  readonly sealers: readonly Sealer[];
  /** The words of a thought go along, sealed or not. Default: false. */
  readonly takesWords?: boolean;
  /** A seal takes no words along. Default: false. */
  readonly needsWords?: boolean;
}

/** What of the reasoning that earlier answers bring along is lost on this target. */
export function listLostThoughts(
  prompt: readonly NeutralMessage[],
  { sealers, takesWords = false, needsWords = false }: Thinker,
): readonly string[] {
  const isLost = (part: ReasoningPart): boolean => {
    const isSealed = sealers.some((by) => openSeal(part, by) !== undefined);
    if (takesWords) return sealIn(part.providerOptions) !== undefined;
    return !isSealed || (needsWords && part.text !== '');
  };
  const isAnyLost = prompt.some(
    ({ role, content }) =>
      role === 'assistant' && content.some((part) => part.type === 'reasoning' && isLost(part)),
  );
  if (!isAnyLost) return [];
  return [takesWords ? 'the seal of an earlier thought' : 'the reasoning of earlier answers'];
}

/** The files in the user's messages and in the results of tools. */
export function listFiles(prompt: readonly NeutralMessage[]): readonly UserFile[] {
  return prompt.flatMap((message) => {
    if (message.role === 'user') return message.content.filter((part) => part.type === 'file');
    return message.role === 'tool' ? message.content.flatMap(listResultFiles) : [];
  });
}

export function listResultFiles({ output }: ToolResult): readonly UserFile[] {
  return output.type === 'content' ? output.value.filter((part) => part.type === 'file') : [];
}

/** Whether a file in a tool's result has a name. */
export function hasNamedResultFile(prompt: readonly NeutralMessage[]): boolean {
  const results = prompt.flatMap((message) => (message.role === 'tool' ? message.content : []));
  return results.flatMap(listResultFiles).some(({ filename }) => filename !== undefined);
}

/**
 * What a format bears beside its schema, where a protocol has no word for it: its name alone says
 * nothing.
 */
export function listUnnamed({
  responseFormat: format,
}: Pick<NeutralOptions, 'responseFormat'>): readonly string[] {
  return format?.type === 'json' && format.description !== undefined
    ? ['the description of the format']
    : [];
}

/** Asks for JSON where a protocol has no word for it. */
export const jsonInstruction: NeutralMessage = {
  role: 'system',
  content: 'Answer with one JSON object and nothing else: no other text, no code fence.',
};

export function noteLaterSystem(prompt: readonly NeutralMessage[]): readonly string[] {
  const isLater = prompt.slice(countLead(prompt)).some(({ role }) => role === 'system');
  return isLater ? ['system messages within the conversation were told as text of user turns'] : [];
}

/** How many messages of the system it begins with. A prompt that has no others has none of them. */
function countLead(prompt: readonly NeutralMessage[]): number {
  const first = prompt.findIndex(({ role }) => role !== 'system');
  return first < 0 ? prompt.length : first;
}

/** What one of two has said until the other speaks. */
interface RoleTurn {
  readonly isAnswer: boolean;
  readonly parts: WireObject[];
}

/**
 * Neighbours of one role are one turn, as all results of one answer's calls must be, and these come
 * first in it; none is empty. What the system says later than at the start is a user's text at its
 * place: moved to the start, it would change how each later request begins, and a prompt cache
 * would lose all that it has read.
 */
export function toTurns(
  prompt: readonly NeutralMessage[],
  encode: (message: Exclude<NeutralMessage, { role: 'system' }>) => readonly WireObject[],
): readonly RoleTurn[] {
  const turns: (RoleTurn & { parts: WireObject[]; results: number })[] = [];
  for (const message of prompt.slice(countLead(prompt))) {
    const isAnswer = message.role === 'assistant';
    const parts = encode(message.role === 'system' ? asUser(message) : message);
    if (parts.length === 0) continue;
    let turn = turns.at(-1);
    if (turn?.isAnswer !== isAnswer) {
      turn = { isAnswer, parts: [], results: 0 };
      turns.push(turn);
    }
    const isResult = message.role === 'tool';
    turn.parts.splice(isResult ? turn.results : turn.parts.length, 0, ...parts);
    if (isResult) turn.results += parts.length;
  }
  return turns;
}

function asUser({
  content,
  providerOptions,
}: Extract<NeutralMessage, { role: 'system' }>): Extract<NeutralMessage, { role: 'user' }> {
  const said = providerOptions === undefined ? {} : { providerOptions };
  return { role: 'user', content: [{ type: 'text', text: content, ...said }] };
}

/** What the system says before the conversation, as far as it says something. */
export function listSystem(prompt: readonly NeutralMessage[]): readonly {
  readonly text: string;
  readonly providerOptions?: NeutralMessage['providerOptions'];
}[] {
  return prompt
    .slice(0, countLead(prompt))
    .flatMap(({ role, content, providerOptions }) =>
      role === 'system' && content !== ''
        ? [{ text: content, ...(providerOptions && { providerOptions }) }]
        : [],
    );
}

/** Vendors refuse an empty text. */
export function isSendable(part: { readonly type: string; readonly text?: string }): boolean {
  return part.type !== 'text' || (part.text ?? '').trim() !== '';
}
