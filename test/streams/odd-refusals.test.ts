/**
 * A refusal of the request whose body no API wrote: the caller gets an error of its own protocol,
 * relayed or translated, streamed or whole (law 15).
 */

import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stageAnswers } from './answer-stage.ts';
import { askIn, protocols } from './answers.ts';

const seed = 20261130;
const json = JSON.stringify;

/** Not one of them says what was wrong in a way that a client reads. */
const oddBody = fc.oneof(
  fc.constantFrom(
    '',
    'null',
    'true',
    '413',
    '[]',
    '{}',
    '{"error":null}',
    json('too large'),
    '<html><body><h1>413 Request Entity Too Large</h1></body></html>',
    `<html><script>${json({ error: { message: 'x' } })}</script></html>`,
    json({ error: { message: 'too large' } }).slice(0, 20),
    '\0\0',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !/[\p{L}{[]/u.test(text)),
);
const contentType = fc.constantFrom(
  'application/json',
  'text/html',
  'text/event-stream',
  'text/plain; charset=latin1',
  undefined,
);

describe('a refusal that no API wrote', () => {
  it('reaches the caller as an error of its protocol, at every status of a request’s fault', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          spoken: fc.constantFrom(...protocols),
          heard: fc.constantFrom(...protocols),
          isStreamed: fc.boolean(),
          status: fc.constantFrom(400, 409, 413, 415, 422),
          body: oddBody,
          type: contentType,
          isPacked: fc.boolean(),
        }),
        async ({ spoken, heard, isStreamed, status, body, type, isPacked }) => {
          const stage = stageAnswers([spoken], () => ({
            status,
            headers: {
              ...(type === undefined ? {} : { 'content-type': type }),
              ...(isPacked ? { 'content-encoding': 'gzip' } : {}),
            },
            chunks: [isPacked ? gzipSync(body) : Buffer.from(body)],
          }));
          const told = await stage.ask(askIn(heard, isStreamed));
          expect(told.status).toBeGreaterThanOrEqual(400);
          const { error } = JSON.parse(told.text);
          expect(error.message).toMatch(/\S/);
          expect(await stage.marks()).toEqual([]);
        },
      ),
      { numRuns: 250, seed },
    );
  });
});
