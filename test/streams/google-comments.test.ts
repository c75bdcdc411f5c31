/**
 * Comments, pings and names of events between a provider and a client of Google's wire format,
 * whose older SDK reads a stream by a pattern and loses everything behind any other line (law 15).
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventStream, stageAnswers } from './answer-stage.ts';
import { askIn, normalEnds, protocols, streamOf } from './answers.ts';

const seed = 20261201;
/** Read in `@google/generative-ai` 0.24.1. */
const onlyEvents = /^(?:data: .*(?:\n\n|\r\r|\r\n\r\n))+$/;

const sign = fc.constantFrom(
  '',
  ':\n\n',
  ': PROCESSING\n\n',
  ': one\n: two\r\n\r\n',
  ': before an event\n',
  'id: 7\n',
  'retry: 100\n\n',
  'event: ping\ndata: {"type":"ping"}\n\n',
  '\n',
);

describe('a stream for a client that reads data lines alone', () => {
  it('holds nothing else, whatever a provider puts between its events', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...protocols),
        fc.array(sign, { minLength: 12, maxLength: 12 }),
        async (spoken, signs) => {
          const events = streamOf(spoken, ['Hello', ' world', '.'], normalEnds[spoken]);
          const text = events
            .split('\n\n')
            .filter((event) => event !== '')
            .map((event, index) => `${signs[index] ?? ''}${event}\n\n`)
            .join('');
          const stage = stageAnswers([spoken], () => ({
            status: 200,
            headers: eventStream,
            chunks: [Buffer.from(text)],
          }));
          const told = await stage.ask(askIn('google-generate-content', true));
          expect(told.record?.outcome).toBe('answered');
          expect(told.text).toMatch(onlyEvents);
          const words = told.text
            .split(/\r?\n\r?\n/)
            .filter((event) => event !== '')
            .map((event) => JSON.parse(event.slice(6)).candidates?.[0]?.content?.parts?.[0]?.text);
          expect(words.join('')).toBe('Hello world.');
        },
      ),
      { numRuns: 300, seed },
    );
  });
});
