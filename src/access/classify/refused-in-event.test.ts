/** A refusal that comes as an event, where a stream was asked for, is read like any other. */

import { expect, it } from 'vitest';
import { classify } from '../../../test/fakes/classify.ts';

const body = '{"error":{"message":"Rate limit reached","type":"rate_limit_error"}}';

it.each([
  ['named', `event: error\ndata: ${body}\n\n`],
  ['alone', `data:${body}\n\n`],
  [
    'with lines that end in CRLF, and a status',
    `id:1\r\nevent:error\r\n:HTTP_STATUS/429\r\ndata:${body}\r\n\r\n`,
  ],
])('%s: its words and its speaker are those of the same body', (_form, event) => {
  const { message, class: meant, speaker } = classify({ status: 429, body: event });
  const same = classify({ status: 429, body });
  expect({ message, meant, speaker }).toEqual({
    message: 'Rate limit reached',
    meant: same.class,
    speaker: same.speaker,
  });
});
