/** Schema of the settings about retention. The log's are read at the start only. */

import { z } from 'zod';
import { defaults } from '../../model/defaults.ts';
import { count, described, optionalField, text } from './fields.ts';

const { descriptions, log, records, sessions } = defaults;

export const descriptionsSchema = described(
  z.strictObject({
    save: optionalField(
      z.boolean(),
      'Whether descriptions are written to disk.',
      descriptions.save,
    ),
    keep: optionalField(
      count,
      'How many days a description is stored after its last use.',
      descriptions.keep,
    ),
    max_bytes: optionalField(
      count,
      'Of all descriptions together; those used longest ago go first.',
      descriptions.maxBytes,
    ),
  }),
  'How descriptions of images are stored.',
  'as its fields say',
);

export const logSchema = described(
  z.strictObject({
    folder: optionalField(
      text,
      'Folder of the files; a relative one begins beside this file.',
      '`logs` beside the state file',
    ),
    format: optionalField(
      z.enum(['auto', 'text', 'json']),
      '`text` writes lines for people to stderr, `json` lines of JSON into a file a day; `auto` is `text` on a terminal and `json` elsewhere.',
      log.format,
    ),
    keep: optionalField(
      count,
      'How many files are kept (not days): one a day (UTC), plus one each time a file reaches 32 MB.',
      log.keep,
    ),
  }),
  'The log of the gateway.',
  'as its fields say',
);

export const recordsSchema = described(
  z.strictObject({
    content: optionalField(
      z.boolean(),
      'Whether requests and answers are stored with the record, without secrets and at most 64 KiB of each, for `holdfast why ID -v`.',
      records.content,
    ),
    days: optionalField(
      count,
      'Days after which records, and what is stored with them, are erased.',
      records.days,
    ),
  }),
  'What is stored of requests.',
  'as its fields say',
);

export const sessionsSchema = described(
  z.strictObject({
    save: optionalField(
      z.boolean(),
      'Whether conversations are written to disk; those that are there stay until they are deleted.',
      sessions.save,
    ),
    keep: optionalField(
      count,
      'Days after its last use that a conversation is erased.',
      sessions.keep,
    ),
    max_bytes: optionalField(
      count,
      'Size of the file beyond which the conversations used least lately are erased.',
      sessions.maxBytes,
    ),
  }),
  'Conversations of `holdfast chat`.',
  'as its fields say',
);
