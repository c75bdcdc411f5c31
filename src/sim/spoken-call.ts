/**
 * Tool calls that a prompt spells out: `list_files({"path": "."})` names the tool and brings its
 * input.
 */

import { parseJson } from './json-value.ts';

/** The JSON input that the prompt gives to this tool; nothing when it spells out no call of it. */
export function findSpokenInput(prompt: string, tool: string): string | undefined {
  const opening = `${tool}({`;
  const at = prompt.indexOf(opening);
  const isWholeName = at >= 0 && !/\w/.test(prompt.charAt(at - 1));
  return isWholeName ? readSpokenInput(prompt, at + opening.length - 1) : undefined;
}

/** The shortest JSON from `start` to a `})`. */
function readSpokenInput(prompt: string, start: number): string | undefined {
  for (let end = prompt.indexOf('})', start); end >= 0; end = prompt.indexOf('})', end + 1)) {
    const text = prompt.slice(start, end + 1);
    if (parseJson(text) !== undefined) return text;
  }
  return undefined;
}
