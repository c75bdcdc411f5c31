/** The part of the config schema about time: pace, limits of an attempt, and waits. */

import { z } from 'zod';

export const seconds = z.number().positive();

export const pace = z
  .enum(['quick', 'normal', 'thinking'])
  .describe('Which limits an attempt gets. Default: chosen per request from the model and what is asked.');

export const limits = z
  .strictObject({
    response_head: seconds.optional().describe('Until the response head, in seconds. Default: by pace.'),
    first_content: seconds
      .optional()
      .describe('Until the first content while another target is free, in seconds. Default: by pace.'),
    last_first_content: seconds
      .optional()
      .describe('Until the first content at the last target, in seconds. Default: by pace.'),
    idle_text: seconds.optional().describe('Silence inside flowing text, in seconds. Default: by pace.'),
    idle: seconds.optional().describe('Silence anywhere else in a stream, in seconds. Default: by pace.'),
    content: seconds
      .optional()
      .describe(
        'Between two pieces of content, while only pings or empty events come, in seconds. Default: by pace.',
      ),
    whole: seconds
      .optional()
      .describe(
        'Whole body of an answer that is not streamed, in seconds. Default: 300 while another target is free, else 600.',
      ),
  })
  .describe('Time limits of one attempt, in seconds. Default: by pace.');

export const timeout = seconds
  .optional()
  .describe(
    'Every limit of silence of one attempt, in seconds: head, first content, between events, whole answer; `limits` outranks it. Default: by pace.',
  );

export const maxWait = seconds.optional();
