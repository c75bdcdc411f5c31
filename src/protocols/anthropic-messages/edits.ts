/**
 * Changes an `anthropic-messages` body for a target: its roles, its thinking, the billing line.
 * Pure.
 */

import { foldBeside, speakerOfRole } from '../body/fold-roles.ts';
import type { RolesForm } from '../body/strict-roles.ts';
import type { BodyEdits } from '../contract/body-edits.ts';
import { isRecord, listIn, recordsIn, type WireObject } from '../json/is-record.ts';
import { dropBillingLine } from '../translation/billing-line.ts';
import { isDropped } from '../translation/sealed.ts';
import { nameOfThinking } from './bound.ts';

const form: RolesForm = {
  speakerOf: ({ role, content }) => {
    const types = recordsIn(content).map(({ type }) => type);
    if (role === 'user' && types.includes('tool_result')) return 'result';
    return role === 'assistant' && types.includes('tool_use') ? 'call' : speakerOfRole(role);
  },
  textType: 'text',
  contentField: () => 'content',
};

export const messagesEdits: BodyEdits = {
  conversation: ['messages', 'system'],
  foldRoles: (body, roles) =>
    foldBeside(body, roles, { form, turnsField: 'messages', systemField: 'system' }),
  dropSealed,
  dropBillingLine,
};

function dropSealed(body: WireObject, names: readonly string[] | undefined): WireObject {
  const { messages } = body;
  if (!Array.isArray(messages)) return body;
  return {
    ...body,
    messages: messages.flatMap((message: unknown) => dropThinking(message, names)),
  };
}

/** Drops a message that becomes empty: vendors refuse empty ones. */
function dropThinking(message: unknown, names: readonly string[] | undefined): readonly unknown[] {
  if (!isRecord(message)) return [message];
  const blocks = listIn(message['content']);
  const kept = blocks.filter((block) => {
    const name = isRecord(block) ? nameOfThinking(block) : undefined;
    return name === undefined || !isDropped([name], names);
  });
  if (kept.length === blocks.length) return [message];
  return kept.length === 0 ? [] : [{ ...message, content: kept }];
}
