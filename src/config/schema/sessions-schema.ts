/** The part of the configuration's schema that says what is kept of conversations of `holdfast chat`. */

import { z } from 'zod';
import { defaults } from '../../model/defaults.ts';
import { count, optional } from './fields.ts';

const { save, keep, maxBytes } = defaults.sessions;

export const sessionsSchema = z
  .strictObject({
    save: optional(
      z.boolean(),
      'Whether conversations are written to disk; those that are there stay until they are deleted.',
      String(save),
    ),
    keep: optional(count, 'Days after which a conversation that nobody went on with is erased.', keep),
    max_bytes: optional(
      count,
      'Size of the file beyond which the conversations used least lately are erased.',
      maxBytes,
    ),
  })
  .describe('Conversations of `holdfast chat`. Default: as its fields say.');
