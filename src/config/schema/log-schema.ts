/** The part of the configuration's schema that says where the gateway's log goes. It is read at the start. */

import { z } from 'zod';
import { defaults } from '../../model/defaults.ts';
import { count, optional, text } from './fields.ts';

const logFormats = ['auto', 'text', 'json'] as const;

export const logSchema = z
  .strictObject({
    folder: optional(
      text,
      'Folder of the files; a relative one begins beside this file.',
      '`logs` beside the state file',
    ),
    format: optional(
      z.enum(logFormats),
      '`text` writes lines for people to stderr, `json` lines of JSON into a file a day; `auto` is `text` on a terminal and `json` elsewhere.',
      defaults.log.format,
    ),
    keep: optional(
      count,
      'How many files are kept, not days: one a day (UTC), and one more each time that 32 MB are full.',
      defaults.log.keep,
    ),
  })
  .describe('The log of the gateway. Default: as its fields say.');
