/** Changes an `openai-responses` body for a target: its roles, its reasoning, its effort. Pure. */

import { foldBeside, speakerOfRole } from '../body/fold-roles.ts';
import type { RolesForm } from '../body/strict-roles.ts';
import type { BodyEditing } from '../contract/body-editing.ts';
import { isRecord, mapRecords, type WireObject } from '../json/is-record.ts';
import { isDropped } from '../translation/sealed.ts';
import { namesOfReasoning } from './bound.ts';

const form: RolesForm = {
  speakerOf: ({ type, role }) => {
    if (type === 'function_call_output' || type === 'custom_tool_call_output') return 'result';
    if (type === 'function_call' || type === 'custom_tool_call') return 'call';
    return (type ?? 'message') === 'message' ? speakerOfRole(role) : 'other';
  },
  textType: 'input_text',
  contentField: ({ output }) => (output === undefined ? 'content' : 'output'),
};

export const responsesEdits: BodyEditing = {
  conversation: ['input', 'instructions'],
  foldRoles: (body, roles) =>
    foldBeside(body, roles, {
      form,
      turnsField: 'input',
      systemField: 'instructions',
      isTextOnly: true,
    }),
  dropSealed,
  // `function_call_output`, `custom_tool_call_output` and the like.
  isToolResult: ({ type }) => typeof type === 'string' && type.endsWith('_call_output'),
  effort: {
    field: 'reasoning',
    write: (before, effort) => ({ ...(isRecord(before) ? before : {}), effort }),
  },
};

/** Also removes the ids of other items, which another account does not have. */
function dropSealed(body: WireObject, names: ReadonlySet<string> | undefined): WireObject {
  const kept = mapRecords(body, 'input', (item) =>
    isDropped(namesOfReasoning(item), names) ? [] : item,
  );
  return kept === body ? body : mapRecords(kept, 'input', withoutId);
}

/** Items that need no stored data. */
const selfContained: ReadonlySet<unknown> = new Set([
  'message',
  'function_call',
  'custom_tool_call',
]);

function withoutId(item: WireObject): WireObject {
  if (!selfContained.has(item['type'])) return item;
  const { id: _, ...rest } = item;
  return rest;
}
