/**
 * Writes the tools of a request and the format of its answer, as OpenAI's wire formats share them
 * (translate leg).
 */

import { compact } from '../json/compact.ts';
import type { WireObject } from '../json/is-record.ts';
import type { NeutralOptions, NeutralRequest } from '../translation/neutral.ts';

/** Puts the description of a function or schema where the protocol has it. */
type PlaceSaid = (said: WireObject) => WireObject;

/** `strict` is the protocol's default for a function without the field. */
export function encodeOpenaiTools(
  { tools = [], toolChoice: choice }: NeutralOptions,
  { place, strict: usual }: { readonly place: PlaceSaid; readonly strict?: boolean },
): WireObject {
  if (tools.length === 0) return {};
  const encoded = tools.flatMap((tool) => {
    if (tool.type !== 'function') return [];
    const { name, description, inputSchema: parameters, strict = usual } = tool;
    return [{ type: 'function', ...place(compact({ name, description, parameters, strict })) }];
  });
  const named =
    choice?.type === 'tool'
      ? { type: 'function', ...place({ name: choice.toolName }) }
      : choice?.type;
  return compact({ tools: encoded, tool_choice: named });
}

export function encodeOpenaiFormat(
  { options, strictFormat = false }: NeutralRequest,
  place: (said: WireObject, schema: object) => WireObject,
): WireObject | undefined {
  const { responseFormat: format } = options;
  if (format?.type !== 'json') return undefined;
  const { schema, name = 'response', description } = format;
  if (schema === undefined) return { type: 'json_object' };
  const said = compact({ name, description, schema, strict: strictFormat });
  return { type: 'json_schema', ...place(said, schema) };
}
