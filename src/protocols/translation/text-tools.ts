/**
 * Tools as clients offer them. Those that take plain text become functions with one field in other
 * protocols.
 */

import { compact } from '../json/compact.ts';
import type { WireObject } from '../json/is-record.ts';
import type { NeutralTool } from './neutral.ts';
import { parseToolInput } from './tool-input.ts';

/** Their input has this field only. */
const field = 'input';

interface ClientTool {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly strict?: boolean | null | undefined;
}

/** A tool without a schema takes no input. */
export function createTool(
  { name, description, strict }: ClientTool,
  schema: WireObject | null | undefined,
): NeutralTool {
  return compact({
    type: 'function' as const,
    name,
    description: description,
    inputSchema: schema ?? { type: 'object' as const, properties: {} },
    strict: strict,
  });
}

export function isStrict(tool: NeutralTool): boolean {
  return tool.type === 'function' && tool.strict === true;
}

/** `format` describes the text, in words or as a grammar. */
export function createTextTool(name: string, description: string, format: unknown): NeutralTool {
  const rule =
    format === undefined || format === null
      ? ''
      : `\n\nFormat of the text: ${JSON.stringify(format)}`;
  return {
    type: 'function',
    name,
    description: `${description}${rule}\n\nWrite the whole text into the field "${field}".`,
    inputSchema: { type: 'object', properties: { [field]: { type: 'string' } }, required: [field] },
  };
}

export function readTextInput(input: string): string {
  const value = parseToolInput(input)[field];
  return typeof value === 'string' ? value : input;
}

export function toTextInput(text: string): Readonly<Record<string, string>> {
  return { [field]: text };
}
