/**
 * A continued answer in `openai-responses`, as strict clients see it: OpenAI's own accumulator, and
 * Codex, which reads `response.failed`.
 */

import { describe, expect, it } from 'vitest';
import { accumulate, responsesTongue } from './responses-tongue.ts';
import { tales } from './stream-cases.ts';
import { boundariesOf, bytesOf, Teller, textOf } from './teller.ts';
import type { Tale } from './tongue.ts';

const {
  'reasoning and text, in openai-responses': thought,
  'text and a tool call, in openai-responses': call,
} = tales;
if (thought === undefined || call === undefined) throw new Error('a tale is missing');

const words = 'Once upon a time there was a miller whose daughter could spin straw into gold.';
const told: Tale = {
  deltas: (words.match(/\s*\S+/g) ?? []).map((content) => ({ content })),
  finish: 'stop',
  tongue: responsesTongue,
};

function eventsOf(got: string) {
  return got.split('\n\n').flatMap((frame) => {
    const at = frame.indexOf('data: ');
    return at < 0 ? [] : [JSON.parse(frame.slice(at + 'data: '.length))];
  });
}

/** The cut after the first event that has this in it. */
function cutAfter(tale: Tale, mark: string): number {
  const bytes = bytesOf(tale);
  return bytes.indexOf('\n\n', bytes.indexOf(mark)) + 2;
}

describe('a continued answer', () => {
  it('is taken for whole by the accumulator of the SDK, wherever it was cut', async () => {
    const teller = new Teller(thought);
    const cuts = boundariesOf(bytesOf(thought)).filter((_, index) => index % 7 === 3);
    for (const cut of cuts) {
      const got = await teller.tell({ cuts: [cut], ending: 'reset', manner: 'exact' });
      expect(await accumulate(got), `cut at byte ${cut}`).toBe(textOf(thought.deltas));
    }
  });

  it('keeps the reasoning that was under way as far as it was told, and ends it', async () => {
    const cut = boundariesOf(bytesOf(thought))[20] ?? 0;
    const got = await new Teller(thought).tell({ cuts: [cut], ending: 'reset', manner: 'exact' });
    const { output } = eventsOf(got).at(-1).response;
    expect(
      output.map(({ id, type, status }: { id: string; type: string; status: string }) => [
        id,
        type,
        status,
      ]),
    ).toEqual([
      ['rs_first', 'reasoning', 'incomplete'],
      ['msg_first', 'message', 'completed'],
    ]);
    const summary = eventsOf(got).filter(
      ({ type }) => type === 'response.reasoning_summary_text.delta',
    );
    expect(output[0].summary).toEqual([
      { type: 'summary_text', text: summary.map(({ delta }) => delta).join('') },
    ]);
  });

  it('goes on with the message that was under way, and sums what both attempts used', async () => {
    const cut = boundariesOf(bytesOf(told))[9] ?? 0;
    const teller = new Teller(told);
    const got = await teller.tell(
      { cuts: [cut], ending: 'reset', manner: 'overlap' },
      { max_output_tokens: 50 },
    );
    const events = eventsOf(got);
    expect(new Set(events.flatMap(({ item_id: id }) => id ?? []))).toEqual(new Set(['msg_first']));
    expect(events.at(-1).response).toMatchObject({
      id: 'resp_first',
      output: [{ id: 'msg_first', content: [{ text: words }] }],
      // What was delivered before the cut, six tokens, counts too.
      usage: { input_tokens: 3, output_tokens: 11 },
    });
    expect(JSON.parse(teller.bodies[1] ?? '')).toMatchObject({
      max_output_tokens: 44,
      input: [
        { role: 'user', content: 'tell' },
        { role: 'assistant', content: expect.stringMatching(/^Once upon/) },
        { role: 'user', content: expect.stringMatching(/^Your answer was cut off/) },
      ],
    });
  });

  it.each<[string, object]>([
    ['previous_response_id', { previous_response_id: 'resp_0' }],
    ['conversation', { conversation: 'conv_0' }],
    ['item_reference', { input: [{ type: 'item_reference', id: 'msg_0' }] }],
    ['item_reference without a type', { input: [{ id: 'msg_0' }] }],
    ['store', { store: true }],
    ['text.format', { text: { format: { type: 'json_schema', name: 'x', schema: {} } } }],
    ['top_logprobs', { top_logprobs: 2 }],
    ['background', { background: true }],
  ])('is none where the request says so: %s', async (_name, body) => {
    const cut = boundariesOf(bytesOf(told))[9] ?? 0;
    const teller = new Teller(told);
    const got = await teller.tell({ cuts: [cut], ending: 'reset', manner: 'exact' }, body);
    expect(teller.bodies).toHaveLength(1);
    expect(eventsOf(got).at(-1)).toMatchObject({
      type: 'response.failed',
      response: { error: { message: expect.stringContaining('cannot be continued') } },
    });
  });
});

describe('an answer that nobody goes on with', () => {
  it('ends with the event that SDKs raise and the one that Codex reads, numbered on', async () => {
    const cut = cutAfter(call, '"function_call"');
    const got = await new Teller(call).tell({ cuts: [cut], ending: 'reset', manner: 'exact' });
    const events = eventsOf(got);
    expect(events.map(({ sequence_number: number }) => number)).toEqual(
      events.map((_, index) => index),
    );
    const [error, failed] = events.slice(-2);
    expect(error).toMatchObject({
      type: 'error',
      code: 'stream-cut',
      message: expect.stringContaining('a tool call cannot be continued'),
      error: { type: 'server_error', code: 'stream-cut' },
    });
    expect(failed).toMatchObject({
      type: 'response.failed',
      response: {
        id: 'resp_first',
        status: 'failed',
        error: { code: 'stream-cut' },
        output: [{ type: 'message' }, { type: 'function_call', status: 'incomplete' }],
      },
    });
    await expect(accumulate(got)).rejects.toThrow('a tool call cannot be continued');
  });
});
