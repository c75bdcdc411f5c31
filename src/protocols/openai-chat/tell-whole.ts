/** Writes a whole `openai-chat` answer as the events of a stream (step 6). No field is lost. */

import { isFilled, isRecord, recordsIn, type WireObject } from '../json/is-record.ts';
import type { ToldEvent } from '../translation/neutral.ts';

/** `asked`: usage is sent only if the request asks for it. */
export function tellWholeChat(body: WireObject, asked: WireObject): readonly ToldEvent[] {
  const { choices, usage, ...rest } = body;
  const shared = { ...rest, object: 'chat.completion.chunk' };
  const { stream_options: options } = asked;
  const wantsUsage = isRecord(options) && options['include_usage'] === true;
  const events = [
    ...recordsIn(choices).flatMap((choice) => {
      const [said, end] = splitChoice(choice);
      return [
        { ...shared, choices: [said] },
        { ...shared, choices: [end] },
      ];
    }),
    ...(wantsUsage && isRecord(usage) ? [{ ...shared, choices: [], usage }] : []),
  ];
  return [...events.map((event) => ({ data: JSON.stringify(event), event })), { data: '[DONE]' }];
}

function splitChoice({
  message,
  finish_reason: reason,
  index = 0,
  ...rest
}: WireObject): readonly [said: WireObject, end: WireObject] {
  const { tool_calls: calls, ...said } = isRecord(message) ? message : {};
  const numbered = recordsIn(calls).map((call, place) => ({ index: place, ...call }));
  const delta = numbered.length === 0 ? said : { ...said, tool_calls: numbered };
  const usual = numbered.length > 0 ? 'tool_calls' : 'stop';
  return [
    { index, ...rest, delta, finish_reason: null },
    { index, delta: {}, finish_reason: isFilled(reason) ? reason : usual },
  ];
}
