/** The part of the configuration's schema that says what is kept of requests, and how long. */

import { z } from 'zod';
import { defaults } from '../../model/defaults.ts';
import { count, optional } from './fields.ts';

const { content, days } = defaults.records;

export const recordsSchema = z
  .strictObject({
    content: optional(
      z.boolean(),
      'Whether what was asked and answered is kept with the record, without secrets and 64 KiB of each at most, for `holdfast why ID -v`.',
      String(content),
    ),
    days: optional(count, 'Days after which records, and what is kept with them, are erased.', days),
  })
  .describe('What is kept of requests. Default: as its fields say.');
