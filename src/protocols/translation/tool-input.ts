/** The input of a tool call, which wire formats write as text or as an object. */

import { isRecord, type WireObject } from '../is-record.ts';

/** An object, whatever the model wrote: what is none stands under `input`. */
export function parseToolInput(text: string): WireObject {
  const parsed = text === '' ? '' : parseOrText(text);
  if (isRecord(parsed)) return parsed;
  return parsed === '' ? {} : { input: parsed };
}

function parseOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // a model that wrote half a call, or no JSON
  }
}
