/**
 * Whether each request of a conversation begins with the one before it, as a prompt cache wants it.
 */

import { isDeepStrictEqual } from 'node:util';

/**
 * Where a request first says something else than the one before it; nothing where each only adds to
 * it.
 */
export function findBreak(bodies: readonly string[]): string | undefined {
  const told = bodies.map((body) => listParts(parseBody(body)));
  for (const [turn, parts] of told.entries()) {
    const before = told[turn - 1] ?? [];
    const at = before.findIndex((part, index) => !isDeepStrictEqual(part, parts[index]));
    if (at >= 0)
      return `request ${turn + 1} breaks its prefix at part ${at}: ${tellChange(before[at], parts[at])}`;
  }
  return undefined;
}

type Body = Readonly<Record<string, unknown>>;

function parseBody(body: string): Body {
  return JSON.parse(body);
}

/** What a provider reads in its order: tools, what the system says, then the conversation. */
function listParts({ tools, system, instructions, messages, input }: Body): readonly unknown[] {
  const conversation = [messages ?? input].flat();
  return [tools, system ?? instructions, ...conversation].map(withoutMarks);
}

/**
 * Where a cache is to end is no part of what is said, nor whether a text stands alone or in a
 * block, as Claude Code writes it with a mark.
 */
function withoutMarks(part: unknown): unknown {
  const text = JSON.stringify(part ?? null, (key, value) => {
    if (key === 'cache_control') return undefined;
    return key === 'content' && typeof value === 'string' ? [{ type: 'text', text: value }] : value;
  });
  return JSON.parse(text);
}

function tellChange(before: unknown, after: unknown): string {
  const [was, is] = [JSON.stringify(before), JSON.stringify(after) ?? 'nothing'];
  const at = [...was].findIndex((sign, index) => sign !== is[index]);
  const from = Math.max(0, at - 60);
  return `"…${was.slice(from, at + 80)}…" became "…${is.slice(from, at + 80)}…"`;
}
