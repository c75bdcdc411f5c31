/**
 * A tool call is delivered, and then the answer breaks: it cannot be continued, so the caller gets
 * one clean error, and its next try begins at another target (laws 13 and 17).
 */

import { describe, expect, it } from 'vitest';
import type { ProtocolName } from '../../src/model/protocol.ts';
import type { UpstreamStep } from '../fakes/fake-host.ts';
import { type AnswerStage, eventStream, stageAnswers } from './answer-stage.ts';
import { askIn, protocols } from './answers.ts';
import { chatTongue } from './chat-tongue.ts';
import { googleTongue } from './google-tongue.ts';
import { messagesTongue } from './messages-tongue.ts';
import { responsesTongue } from './responses-tongue.ts';
import type { Tongue } from './tongue.ts';

const tongues: Readonly<Record<ProtocolName, Tongue>> = {
  'openai-chat': chatTongue,
  'openai-responses': responsesTongue,
  'anthropic-messages': messagesTongue,
  'google-generate-content': googleTongue,
};
const input = '{"city":"Bern"}';
const call = {
  index: 0,
  id: 'call_1',
  type: 'function',
  function: { name: 'look_up', arguments: input },
};
const deltas = [{ content: 'I look it up.' }, { tool_calls: [call] }];

/** The whole call, and no end of the answer. */
function brokenCall(protocol: ProtocolName): UpstreamStep {
  const text = tongues[protocol].bytesOf({ deltas, finish: 'tool_calls' }, false).toString();
  const events = text.split(/(?<=\n\n)/);
  const last = events.findLastIndex(
    (event) => /look_up|Bern/.test(event) && !event.includes('response.completed'),
  );
  return { headers: eventStream, chunks: [events.slice(0, last + 1).join('')] };
}

function whole(protocol: ProtocolName): UpstreamStep {
  const body = tongues[protocol].bytesOf({ deltas, finish: 'tool_calls' }, false);
  return { headers: eventStream, chunks: [body.toString()] };
}

function stageBroken(spoken: readonly ProtocolName[], broken: readonly string[]): AnswerStage {
  return stageAnswers(spoken, (target) => {
    const protocol = spoken[['one', 'two', 'three'].indexOf(target)] ?? 'openai-chat';
    return broken.includes(target) ? brokenCall(protocol) : whole(protocol);
  });
}

const pairs = protocols.flatMap((spoken) => protocols.map((heard) => [spoken, heard] as const));

describe('a tool call whose answer breaks behind it', () => {
  it.each(pairs)(
    '%s told as %s ends in one error; the next try begins elsewhere',
    async (spoken, heard) => {
      const stage = stageBroken([spoken, spoken], ['one']);
      const first = await stage.ask(askIn(heard, true));
      if (heard === 'google-generate-content' && first.record?.outcome === 'answered') {
        // Its calls are told whole: of one that has not ended, nothing was.
        expect(first.asked.at(-1)).toBe('two');
        expect(tongues[heard].read(first.text)).toMatchObject({ errors: 0, input });
        return;
      }
      expect(first.asked).toEqual(['one']);
      expect(first.record?.outcome).toBe('broken');
      expect(tongues[heard].read(first.text)).toMatchObject({
        errors: 1,
        isErrorLast: true,
        finishes: [],
      });
      const second = await stage.ask(askIn(heard, true));
      expect(second.asked).toEqual(['two']);
      expect(tongues[heard].read(second.text)).toMatchObject({ errors: 0, input });
      const third = await stage.ask(askIn(heard, true));
      expect(third.asked).toEqual(['one']);
    },
  );

  it('does not keep the only target away, nor all of them', async () => {
    const sole = stageBroken(['openai-chat'], ['one']);
    for (const _ of [1, 2])
      expect((await sole.ask(askIn('openai-chat', true))).asked).toEqual(['one']);
    const both = stageBroken(['openai-chat', 'openai-chat'], ['one', 'two']);
    const asked = [];
    for (const _ of [1, 2, 3]) asked.push(...(await both.ask(askIn('openai-chat', true))).asked);
    expect(asked).toEqual(['one', 'two', 'one']);
  });
});
