/** Tools that take plain text, told to other protocols as functions with one field. */

import type { NeutralOptions } from '../neutral.ts';
import { parseToolInput } from './tool-input.ts';

/** The one field of their input. */
const field = 'input';

type Tool = NonNullable<NeutralOptions['tools']>[number];

/** `format` says what the text must look like, in words or as a grammar. */
export function createTextTool(name: string, description: string, format: unknown): Tool {
  const rule =
    format === undefined || format === null ? '' : `\n\nFormat of the text: ${JSON.stringify(format)}`;
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
