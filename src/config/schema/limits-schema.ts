/** Schema of the settings about time: pace, limits of an attempt, and waits. */

import { z } from 'zod';
import { defaults } from '../../model/defaults.ts';
import { described, optionalField, seconds } from './fields.ts';

const { free, last } = defaults.wholeAnswer;

export const pace = described(
  z.enum(['quick', 'normal', 'thinking']),
  'Selects the time limits of an attempt.',
  'chosen per request from the model and the request',
);

export const limits = described(
  z.strictObject({
    response_head: optionalField(seconds, 'Limit for the response head, in seconds.', 'by pace'),
    first_content: optionalField(
      seconds,
      'Limit for the first content while another target is free, in seconds.',
      'by pace',
    ),
    last_first_content: optionalField(
      seconds,
      'Limit for the first content at the last target, in seconds.',
      'by pace',
    ),
    idle_text: optionalField(seconds, 'Silence inside flowing text, in seconds.', 'by pace'),
    idle: optionalField(seconds, 'Silence anywhere else in a stream, in seconds.', 'by pace'),
    content: optionalField(
      seconds,
      'Time between two pieces of content while only pings or empty events come, in seconds.',
      'by pace',
    ),
    whole: optionalField(
      seconds,
      'Whole body of an answer that is not streamed, in seconds.',
      `${free} while another target is free, else ${last}`,
    ),
  }),
  'Time limits of one attempt, in seconds.',
  'by pace',
);

export const timeout = optionalField(
  seconds,
  'Sets every limit of silence of one attempt, in seconds: head, first content, between events, whole answer; `limits` outranks it.',
  'by pace',
);
