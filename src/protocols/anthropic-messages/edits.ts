/**
 * Changes an `anthropic-messages` body for a target: its roles, its thinking, the billing line.
 * Pure.
 */

import { foldBeside, speakerOfRole } from '../body/fold-roles.ts';
import type { RolesForm } from '../body/strict-roles.ts';
import type { BodyEditing } from '../contract/body-editing.ts';
import { mapParts, recordsIn } from '../json/is-record.ts';
import { isDropped } from '../translation/sealed.ts';
import { billingMark, dropBillingLine } from './billing-line.ts';
import { namesOfThinking } from './bound.ts';

const form: RolesForm = {
  speakerOf: ({ role, content }) => {
    const types = recordsIn(content).map(({ type }) => type);
    if (role === 'user' && types.includes('tool_result')) return 'result';
    return role === 'assistant' && types.includes('tool_use') ? 'call' : speakerOfRole(role);
  },
  textType: 'text',
  contentField: () => 'content',
};

export const messagesEdits: BodyEditing = {
  conversation: ['messages', 'system'],
  foldRoles: (body, roles) =>
    foldBeside(body, roles, { form, turnsField: 'messages', systemField: 'system' }),
  dropSealed: (body, names) =>
    mapParts(body, ['messages', 'content'], (block) =>
      isDropped(namesOfThinking(block), names) ? [] : block,
    ),
  billingLine: { mark: billingMark, drop: dropBillingLine },
  // A result is a block in a user message; text may be next to it.
  isToolResult: ({ content }) => recordsIn(content).some(({ type }) => type === 'tool_result'),
};
