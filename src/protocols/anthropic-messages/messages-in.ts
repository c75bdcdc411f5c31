/** Reads the conversation of an `anthropic-messages` body into neutral words. */

import { assertNever } from '../../errors.ts';
import { bearMark } from '../translation/cache-marks.ts';
import { type FileData, parseFileUrl } from '../translation/data-url.ts';
import { cannotCarry } from '../translation/field-fates.ts';
import type {
  AssistantContent,
  NeutralMessage,
  ToolContent,
  ToolOutput,
  UserContent,
  UserPart,
} from '../translation/neutral.ts';
import { foreignSeal, toThought } from '../translation/seals.ts';
import { toInputText, toResult, toUserTurn } from '../translation/tool-input.ts';
import { withoutBilling } from './billing-line.ts';
import type {
  AssistantBlock,
  FileSource,
  MessagesBody,
  MessagesMessage,
  UserBlock,
} from './wire.ts';

type ToolResultBlock = Extract<UserBlock, { type: 'tool_result' }>;
type Plain = Exclude<UserBlock, ToolResultBlock>;

/** Leaves out billing lines, which change with each request. */
export function decodeSystem(system: MessagesBody['system']): NeutralMessage[] {
  if (system == null) return [];
  if (typeof system === 'string') return [{ role: 'system', content: withoutBilling(system) }];
  const said = system.filter((block) => block.text === '' || withoutBilling(block.text) !== '');
  return said.map((block) => ({
    role: 'system',
    content: withoutBilling(block.text),
    ...bearMark(block.cache_control),
  }));
}

export function decodeMessages(messages: readonly MessagesMessage[]): NeutralMessage[] {
  const names = new Map<string, string>();
  return messages.flatMap((message) => decodeMessage(message, names));
}

function decodeMessage(message: MessagesMessage, names: Map<string, string>): NeutralMessage[] {
  switch (message.role) {
    case 'system':
      return decodeSystem(message.content);
    case 'user':
      return decodeUser(message.content, names);
    case 'assistant':
      return [{ role: 'assistant', content: decodeAssistant(message.content, names) }];
    default:
      return assertNever(message);
  }
}

function decodeUser(
  content: string | readonly UserBlock[],
  names: ReadonlyMap<string, string>,
): NeutralMessage[] {
  if (typeof content === 'string')
    return [{ role: 'user', content: [{ type: 'text', text: content }] }];
  const results: ToolContent = [];
  const said: UserContent = [];
  for (const block of content) {
    if (block.type === 'tool_result')
      results.push({
        ...toResult(block.tool_use_id, names, decodeOutput(block)),
        ...bearMark(block.cache_control),
      });
    else said.push(decodePlain(block));
  }
  return toUserTurn(results, said);
}

function decodeOutput({ content: told }: ToolResultBlock): ToolOutput {
  if (told == null || typeof told === 'string') return { type: 'text', value: told ?? '' };
  const content = told.map(
    (block): Plain =>
      block.type === 'tool_reference'
        ? { type: 'text', text: `The tool ${block.tool_name} is loaded.` }
        : block,
  );
  const texts = content.flatMap((block) => (block.type === 'text' ? [block.text] : []));
  if (texts.length === content.length) return { type: 'text', value: texts.join('\n') };
  return { type: 'content', value: content.map(decodeOutputPart) };
}

/** A plain text document is read as text. */
function decodeOutputPart(block: Plain): UserPart {
  const isText = block.type !== 'text' && block.source.type === 'text';
  return isText ? { type: 'text', text: block.source.data } : decodePlain(block);
}

function decodePlain(block: Plain): UserContent[number] {
  const mark = bearMark(block.cache_control);
  if (block.type === 'text') return { type: 'text', text: block.text, ...mark };
  if (block.type === 'image')
    return { type: 'file', ...decodeSource(block.source, 'image/*'), ...mark };
  const title = block.title ?? undefined;
  const file = decodeSource(block.source, 'application/pdf');
  return { type: 'file', ...file, ...(title === undefined ? {} : { filename: title }), ...mark };
}

function decodeSource(source: FileSource, kind: string): FileData {
  switch (source.type) {
    case 'base64':
      return { mediaType: source.media_type, data: source.data };
    case 'text':
      return { mediaType: 'text/plain', data: Buffer.from(source.data).toString('base64') };
    case 'url': {
      const found = parseFileUrl(source.url, kind);
      if (found === undefined) throw cannotCarry('a file whose source is not a web address');
      return found;
    }
  }
}

function decodeAssistant(
  content: string | readonly AssistantBlock[],
  names: Map<string, string>,
): AssistantContent {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return content.flatMap((block) => decodeBlock(block, names));
}

/** Drops what only the vendor can use: its own seals and its hosted calls. */
function decodeBlock(block: AssistantBlock, names: Map<string, string>): AssistantContent {
  switch (block.type) {
    case 'text':
      return [{ type: 'text', text: block.text, ...bearMark(block.cache_control) }];
    case 'thinking':
      return [toThought({ text: block.thinking, seal: foreignSeal(block.signature) })];
    case 'tool_use':
      names.set(block.id, block.name);
      return [
        {
          type: 'tool-call',
          toolCallId: block.id,
          toolName: block.name,
          input: toInputText(block.input),
          ...bearMark(block.cache_control),
        },
      ];
    default:
      return [];
  }
}
