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

/** Other forms of one event: lines behind its data, in its middle, other line ends. */
const form = fc.constantFrom<(event: string) => string>(
  (event) => `${event}\n\n`,
  (event) => `${event}\nid: 9\n\n`,
  (event) => `${event}\n: behind\n\n`,
  (event) => `${event}\r\n\r\n`,
  (event) => `${event}\n:\n\n`,
  (event) => `${event.replace('data: {', 'data:{')}\n\n`,
  (event) => `${event.replace(/^data: \{/m, 'data: {\ndata: ')}\n\n`,
);

describe('a stream for a client that reads data lines alone', () => {
  it('holds nothing else, whatever a provider puts between and into its events', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...protocols),
        fc.array(fc.tuple(sign, form), { minLength: 12, maxLength: 12 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 400 }),
        async (spoken, places, isEndOpen, chunkSize) => {
          const events = streamOf(spoken, ['Hello', ' world', '.'], normalEnds[spoken]);
          const all = events
            .split('\n\n')
            .filter((event) => event !== '')
            .map((event, index) => {
              const [before = '', write] = places[index] ?? [];
              return `${before}${write?.(event) ?? ''}`;
            })
            .join('');
          const text = Buffer.from(isEndOpen ? all.replace(/(\r?\n){2}$/, '$1') : all);
          const chunks = Array.from({ length: Math.ceil(text.length / chunkSize) }, (_, index) =>
            text.subarray(index * chunkSize, (index + 1) * chunkSize),
          );
          const stage = stageAnswers([spoken], () => ({
            status: 200,
            headers: eventStream,
            chunks,
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
      { numRuns: 400, seed },
    );
  });
});
