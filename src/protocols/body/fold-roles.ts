/** A request's conversation folded for a strict reader, in the words of each protocol. Pure. */

import type { ProtocolName } from '../../model/protocol.ts';
import type { StrictRoles } from '../../model/target.ts';
import { listIn, recordsIn, type WireObject } from '../json/is-record.ts';
import { foldTurns, isPlainText, joinParts, type RolesForm, type Speaker } from './strict-roles.ts';

const speakers: Readonly<Record<string, Speaker>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  tool: 'result',
  function: 'result',
  assistant: 'assistant',
};

function speakerOf(role: unknown): Speaker {
  return (typeof role === 'string' ? speakers[role] : undefined) ?? 'other';
}

const chat: RolesForm = {
  speakerOf: ({ role, tool_calls: calls }) =>
    role === 'assistant' && listIn(calls).length > 0 ? 'call' : speakerOf(role),
  textType: 'text',
  contentField: () => 'content',
};

const messages: RolesForm = {
  speakerOf: ({ role, content }) => {
    const types = recordsIn(content).map(({ type }) => type);
    if (role === 'user' && types.includes('tool_result')) return 'result';
    return role === 'assistant' && types.includes('tool_use') ? 'call' : speakerOf(role);
  },
  textType: 'text',
  contentField: () => 'content',
};

const responses: RolesForm = {
  speakerOf: ({ type, role }) => {
    if (type === 'function_call_output' || type === 'custom_tool_call_output') return 'result';
    if (type === 'function_call' || type === 'custom_tool_call') return 'call';
    return (type ?? 'message') === 'message' ? speakerOf(role) : 'other';
  },
  textType: 'input_text',
  contentField: ({ output }) => (output === undefined ? 'content' : 'output'),
};

/** The fields in which protocols have a conversation, and what the system says. */
export const foldedFields = ['messages', 'system', 'input', 'instructions'];

/** The body as a target takes it that is strict in this way; a body that is so already stays as it was. */
export function foldRoles(body: WireObject, form: ProtocolName, roles: StrictRoles): WireObject {
  switch (form) {
    case 'openai-chat':
      return Array.isArray(body['messages'])
        ? { ...body, messages: foldChat(body['messages'], roles) }
        : body;
    case 'anthropic-messages':
      return Array.isArray(body['messages']) ? foldMessages(body, roles) : body;
    case 'openai-responses':
      return Array.isArray(body['input']) ? foldResponses(body, roles) : body;
    case 'google-generate-content':
      return body; // it has a place of its own for what the system says
  }
}

/** The messages of an `openai-chat` body. */
export function foldChat(turns: readonly unknown[], roles: StrictRoles): readonly WireObject[] {
  const { lead, turns: folded } = foldTurns(turns, { form: chat, roles });
  return [...toLead(lead, 'system'), ...folded];
}

/** The same for a reader that takes system messages anywhere: only the first ones are one. */
export function joinLead(turns: readonly WireObject[], role: string): readonly WireObject[] {
  const end = turns.findIndex((turn) => chat.speakerOf(turn) !== 'system');
  const count = end < 0 ? turns.length : end;
  const parts = turns.slice(0, count).flatMap(({ content }) => toParts(content, 'text'));
  return [...toLead(parts, role), ...turns.slice(count)];
}

/** As parts only where more than a text is said of one: that a cache is to end there. */
function toLead(parts: readonly WireObject[], role: string): readonly WireObject[] {
  const said = parts.filter(({ text }) => typeof text !== 'string' || text.trim() !== '');
  if (said.length === 0) return [];
  return [{ role, content: said.every(isPlainText) ? joinParts(said) : said }];
}

/** What stands there beside the conversation comes first. */
function foldMessages(body: WireObject, roles: StrictRoles): WireObject {
  const before = toParts(body['system'], 'text');
  const { lead, turns } = foldTurns(listIn(body['messages']), { form: messages, roles, lead: before });
  return withLead(body, { lead, before, field: 'system', changed: { messages: turns } });
}

function foldResponses(body: WireObject, roles: StrictRoles): WireObject {
  const before = toParts(body['instructions'], 'input_text');
  const { lead, turns } = foldTurns(listIn(body['input']), { form: responses, roles, lead: before });
  return withLead(body, { lead, before, field: 'instructions', changed: { input: turns } });
}

interface Led {
  readonly lead: readonly WireObject[];
  readonly before: readonly WireObject[];
  readonly field: 'system' | 'instructions';
  readonly changed: WireObject;
}

/** A place that said the same already stays as it was written. */
function withLead(body: WireObject, { lead, before, field, changed }: Led): WireObject {
  const isSame = lead.length === before.length && lead.every((part, index) => part === before[index]);
  if (isSame) return { ...body, ...changed };
  const { [field]: _, ...without } = body;
  if (lead.length === 0) return { ...without, ...changed };
  const isText = field === 'instructions' || lead.every(isPlainText);
  return { ...body, ...changed, [field]: isText ? joinParts(lead) : lead };
}

function toParts(content: unknown, type: string): readonly WireObject[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type, text: content }];
  return recordsIn(content);
}
