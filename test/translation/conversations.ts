/**
 * Random conversations, each written as the clients of three protocols would write it, and cut
 * where a client would ask.
 */

import fc from 'fast-check';

/** What is said in one place. Each text stands nowhere else in the conversation. */
export type Saying =
  | { readonly by: 'system' | 'developer' | 'user' | 'assistant'; readonly text: string }
  | { readonly by: 'call'; readonly text: string; readonly ids: readonly string[] }
  | { readonly by: 'result'; readonly text: string; readonly id: string };

export type ClientProtocol = 'openai-chat' | 'anthropic-messages' | 'openai-responses';
export const clientProtocols: readonly ClientProtocol[] = [
  'openai-chat',
  'anthropic-messages',
  'openai-responses',
];

type Block = 'system' | 'developer' | 'user' | 'assistant' | 'tools';

/**
 * Any order of roles; within a round of tools the system may speak between a call and its results.
 */
export const conversations: fc.Arbitrary<readonly Saying[]> = fc
  .array(
    fc.record({
      block: fc.constantFrom<Block>(
        'system',
        'developer',
        'user',
        'user',
        'assistant',
        'tools',
        'tools',
      ),
      calls: fc.integer({ min: 1, max: 3 }),
      interrupts: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((blocks) => {
    let count = 0;
    const text = (by: string): string => `<${by} ${++count}>`;
    return blocks.flatMap(({ block, calls, interrupts }): readonly Saying[] => {
      if (block !== 'tools') return [{ by: block, text: text(block) }];
      const said = text('call');
      const ids = Array.from({ length: calls }, (_, index) => `call_${count}_${index}`);
      const results = ids.flatMap((id, index): readonly Saying[] => [
        ...interrupts
          .filter((at) => at === index)
          .map((): Saying => ({ by: 'system', text: text('between') })),
        { by: 'result', id, text: text('result') },
      ]);
      return [{ by: 'call', text: said, ids }, ...results];
    });
  });

/**
 * The requests of a client that adds to its conversation: it asks after what the user or the last
 * tool has said.
 */
export function requestsOf(conversation: readonly Saying[]): readonly (readonly Saying[])[] {
  const ends = conversation.flatMap((saying, index) => {
    const next = conversation[index + 1];
    const isAsked = saying.by === 'user' || saying.by === 'result';
    const isAnswered = next === undefined || next.by === 'assistant' || next.by === 'call';
    return isAsked && isAnswered ? [index + 1] : [];
  });
  return ends.map((end) => conversation.slice(0, end));
}

export function writeBody(
  protocol: ClientProtocol,
  said: readonly Saying[],
): Record<string, unknown> {
  if (protocol === 'openai-chat') return { messages: said.map(toChat) };
  if (protocol === 'openai-responses') return { input: said.flatMap(toItems) };
  return { max_tokens: 100, messages: said.map(toMessage) };
}

const toCall = (id: string): object => ({
  id,
  type: 'function',
  function: { name: 'look', arguments: '{}' },
});

function toChat(saying: Saying): object {
  if (saying.by === 'result')
    return { role: 'tool', tool_call_id: saying.id, content: saying.text };
  if (saying.by === 'call')
    return { role: 'assistant', content: saying.text, tool_calls: saying.ids.map(toCall) };
  return { role: saying.by, content: saying.text };
}

function toItems(saying: Saying): readonly object[] {
  if (saying.by === 'result')
    return [{ type: 'function_call_output', call_id: saying.id, output: saying.text }];
  if (saying.by === 'call')
    return [
      { role: 'assistant', content: [{ type: 'output_text', text: saying.text }] },
      ...saying.ids.map((call_id) => ({
        type: 'function_call',
        call_id,
        name: 'look',
        arguments: '{}',
      })),
    ];
  const type = saying.by === 'assistant' ? 'output_text' : 'input_text';
  return [{ role: saying.by, content: [{ type, text: saying.text }] }];
}

function toMessage(saying: Saying): object {
  if (saying.by === 'result')
    return {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: saying.id, content: saying.text }],
    };
  if (saying.by === 'call')
    return {
      role: 'assistant',
      content: [
        { type: 'text', text: saying.text },
        ...saying.ids.map((id) => ({ type: 'tool_use', id, name: 'look', input: {} })),
      ],
    };
  const role = saying.by === 'developer' ? 'system' : saying.by;
  return { role, content: [{ type: 'text', text: saying.text }] };
}
