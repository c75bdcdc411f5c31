/**
 * Makes a conversation follow vendors' rules: the place of system messages, no empty parts. Pure.
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
  /** Makers whose seals the target accepts. */
  readonly sealers: readonly Sealer[];
  /** The text of thoughts is sent, sealed or not. Default: false. */
  readonly takesWords?: boolean;
  /** A seal is sent without its text. Default: false. */
  readonly needsWords?: boolean;
}

/** Notes the reasoning of earlier answers that this target cannot get. */
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

/** Lists the files in user messages and tool results. */
export function listFiles(prompt: readonly NeutralMessage[]): readonly UserFile[] {
  return prompt.flatMap((message) => {
    if (message.role === 'user') return message.content.filter((part) => part.type === 'file');
    return message.role === 'tool' ? message.content.flatMap(listResultFiles) : [];
  });
}

export function listResultFiles({ output }: ToolResult): readonly UserFile[] {
  return output.type === 'content' ? output.value.filter((part) => part.type === 'file') : [];
}

/** True if a file in a tool result has a name. */
export function hasNamedResultFile(prompt: readonly NeutralMessage[]): boolean {
  const results = prompt.flatMap((message) => (message.role === 'tool' ? message.content : []));
  return results.flatMap(listResultFiles).some(({ filename }) => filename !== undefined);
}

/**
 * Parts of a format besides its schema that a protocol cannot express; a name alone does not count.
 */
export function listUnnamed({
  responseFormat: format,
}: Pick<NeutralOptions, 'responseFormat'>): readonly string[] {
  return format?.type === 'json' && format.description !== undefined
    ? ['the description of the format']
    : [];
}

/** Asks for JSON in protocols that have no field for it. */
export const jsonInstruction: NeutralMessage = {
  role: 'system',
  content: 'Answer with one JSON object and nothing else: no other text, no code fence.',
};

export function noteLaterSystem(prompt: readonly NeutralMessage[]): readonly string[] {
  const isLater = prompt.slice(countLead(prompt)).some(({ role }) => role === 'system');
  return isLater ? ['system messages within the conversation were sent as text of user turns'] : [];
}

/** Number of leading system messages; 0 if the prompt has no other messages. */
function countLead(prompt: readonly NeutralMessage[]): number {
  const first = prompt.findIndex(({ role }) => role !== 'system');
  return first < 0 ? prompt.length : first;
}

/** Joins what one role says before the other does. */
interface RoleTurn {
  readonly isAnswer: boolean;
  readonly parts: WireObject[];
}

/**
 * Puts each tool result directly behind the answer with its call: `openai-responses` allows
 * anything between.
 */
export function gatherResults(prompt: readonly NeutralMessage[]): readonly NeutralMessage[] {
  const groups: NeutralMessage[][] = [];
  const groupOf = new Map<string, NeutralMessage[]>();
  for (const message of prompt) {
    const [result] = message.role === 'tool' ? message.content : [];
    const known = result && groupOf.get(result.toolCallId);
    if (known !== undefined) {
      known.push(message);
      continue;
    }
    const group = [message];
    groups.push(group);
    if (message.role !== 'assistant') continue;
    for (const part of message.content)
      if (part.type === 'tool-call') groupOf.set(part.toolCallId, group);
  }
  return groups.flat();
}

/**
 * Merges neighbours of one role into a turn, and drops empty ones. Later system messages become
 * user text in place: moved to the start, they would change the beginning of each later request,
 * and a prompt cache would miss.
 */
export function toTurns(
  prompt: readonly NeutralMessage[],
  encode: (message: Exclude<NeutralMessage, { role: 'system' }>) => readonly WireObject[],
): readonly RoleTurn[] {
  const turns: RoleTurn[] = [];
  for (const message of gatherResults(prompt.slice(countLead(prompt)))) {
    const isAnswer = message.role === 'assistant';
    const parts = encode(message.role === 'system' ? asUser(message) : message);
    const last = turns.at(-1);
    if (parts.length === 0) continue;
    if (last?.isAnswer === isAnswer) for (const part of parts) last.parts.push(part);
    else turns.push({ isAnswer, parts: [...parts] });
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

/** Returns the non-empty system messages before the conversation. */
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
