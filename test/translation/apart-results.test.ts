/**
 * Clients of `openai-responses` may put anything between a call and its result, and other clients
 * system messages: every other protocol wants each result directly behind its call.
 */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { WireObject } from '../../src/protocols/json/is-record.ts';
import { requireSide, writeRequest } from './sides.ts';

const runs = { numRuns: 1000, seed: 20_261_125 };

/** Items in any order, but each result somewhere behind its call. */
const inputs = fc
  .array(
    fc.record({
      kind: fc.constantFrom('call', 'call', 'user', 'developer', 'assistant'),
      laterBy: fc.nat(5),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((drawn) => {
    const places: WireObject[][] = Array.from({ length: drawn.length + 6 }, () => []);
    for (const [at, { kind, laterBy }] of drawn.entries()) {
      const id = `call_${at}`;
      const text = `<${kind} ${at}>`;
      if (kind !== 'call') places[at]?.unshift({ role: kind, content: text });
      else {
        places[at]?.unshift({ type: 'function_call', call_id: id, name: 'f', arguments: '{}' });
        places[at + laterBy]?.push({ type: 'function_call_output', call_id: id, output: text });
      }
    }
    return places.flat();
  });

/** Each turn as the ids of its calls and of its results. */
interface Turn {
  readonly calls: readonly string[];
  readonly results: readonly string[];
}

type Part = Readonly<Record<string, { readonly id: string } | string | undefined>>;
const idOf = (part: unknown): string => String(Object(part).id);

const targets: Readonly<Record<string, (body: WireObject) => readonly Turn[]>> = {
  'openai-chat': ({ messages }) =>
    (messages as { tool_calls?: object[]; tool_call_id?: string }[]).map((message) => ({
      calls: (message.tool_calls ?? []).map(idOf),
      results: message.tool_call_id === undefined ? [] : [message.tool_call_id],
    })),
  'anthropic-messages': ({ messages }) =>
    (messages as { content: Part[] }[]).map(({ content }) => ({
      calls: content.flatMap((part) => (part['type'] === 'tool_use' ? [idOf(part)] : [])),
      results: content.flatMap((part) => part['tool_use_id'] ?? []).map(String),
    })),
  'google-generate-content': ({ contents }) =>
    (contents as { parts: Part[] }[]).map(({ parts }) => ({
      calls: parts.flatMap((part) => part['functionCall'] ?? []).map(idOf),
      results: parts.flatMap((part) => part['functionResponse'] ?? []).map(idOf),
    })),
};

/** What the API of the target would say. */
function refusalOf(turns: readonly Turn[]): string | undefined {
  const open = new Set<string>();
  for (const { calls, results } of turns) {
    if (open.size > 0 && results.length === 0) return `no result behind ${[...open].join()}`;
    for (const id of results) if (!open.delete(id)) return `no call before ${id}`;
    for (const id of calls) open.add(id);
  }
  return open.size > 0 ? `no result for ${[...open].join()}` : undefined;
}

it.each(Object.keys(targets))('%s gets each result directly behind its call', (protocol) => {
  fc.assert(
    fc.property(inputs, (input) => {
      const request = requireSide('openai-responses')[1].decodeRequest({ input });
      const { body } = writeRequest(requireSide(protocol), request);
      const turns = targets[protocol]?.(body) ?? [];
      expect(refusalOf(turns), JSON.stringify(body)).toBeUndefined();
      for (const [text] of JSON.stringify(input).matchAll(/<\w+ \d+>/g))
        expect(JSON.stringify(body).split(text), text).toHaveLength(2);
    }),
    runs,
  );
});
