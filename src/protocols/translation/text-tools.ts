/**
 * Tools as clients offer them, and those that take plain text: they are told to other protocols as
 * functions with one field.
 */

import { compact } from '../json/compact.ts';
import type { WireObject } from '../json/is-record.ts';
import type { NeutralTool } from './neutral.ts';
import { parseToolInput } from './tool-input.ts';

/** The one field of their input. */
const field = 'input';

interface ClientTool {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly strict?: boolean | null | undefined;
}

/** Without a schema it takes nothing. */
export function createTool(
  { name, description, strict }: ClientTool,
  schema: WireObject | null | undefined,
): NeutralTool {
  return compact({
    type: 'function' as const,
    name,
    description: description ?? undefined,
    inputSchema: schema ?? { type: 'object' as const, properties: {} },
    strict: strict ?? undefined,
  });
}

export function isStrict(tool: NeutralTool): boolean {
  return tool.type === 'function' && tool.strict === true;
}

/** `format` says what the text must look like, in words or as a grammar. */
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

/** The text in a function's input. */
export function readTextInput(input: string): string {
  const value = parseToolInput(input)[field];
  return typeof value === 'string' ? value : input;
}

/** A text as a function's input. */
export function toTextInput(text: string): Readonly<Record<string, string>> {
  return { [field]: text };
}
