/** Tool calls written out in a prompt: `list_files({"path": "."})` names the tool and its input. */

import { parseJson } from './json-value.ts';

/** Returns the input written for this tool as JSON; undefined if the prompt has no such call. */
export function findSpokenInput(prompt: string, tool: string): string | undefined {
  const opening = `${tool}({`;
  const at = prompt.indexOf(opening);
  const isWholeName = at >= 0 && !/\w/.test(prompt.charAt(at - 1));
  return isWholeName ? readSpokenInput(prompt, at + opening.length - 1) : undefined;
}

/** Returns the shortest valid JSON from `start` to a `})`. */
function readSpokenInput(prompt: string, start: number): string | undefined {
  for (let end = prompt.indexOf('})', start); end >= 0; end = prompt.indexOf('})', end + 1)) {
    const text = prompt.slice(start, end + 1);
    if (parseJson(text) !== undefined) return text;
  }
  return undefined;
}
