/** Schema of the settings about retention. The log's are read at the start only. */

import { z } from 'zod';
import { defaults } from '../../model/defaults.ts';
import { count, described, optionalField, text } from './fields.ts';

const { descriptions, log, records, sessions } = defaults;

export const descriptionsSchema = described(
  z.strictObject({
    save: optionalField(z.boolean(), 'Writes descriptions to disk.', descriptions.save),
    keep: optionalField(
      count,
      'Days that a description is stored after its last use.',
      descriptions.keep,
    ),
    max_bytes: optionalField(
      count,
      'Size of all descriptions together; those used longest ago are erased first.',
      descriptions.maxBytes,
    ),
  }),
  'Stored descriptions of images.',
  'as its fields say',
);

export const logSchema = described(
  z.strictObject({
    folder: optionalField(
      text,
      'Folder of the files; a relative path starts at the folder of this file.',
      '`logs` beside the state file',
    ),
    format: optionalField(
      z.enum(['auto', 'text', 'json', 'json-stderr']),
      '`text` writes lines for people to stderr, `json` lines of JSON into a file a day, `json-stderr` lines of JSON to stderr, for containers; `auto` is `text` on a terminal and `json` elsewhere.',
      log.format,
    ),
    keep: optionalField(
      count,
      'Number of files to keep (not days): one a day (UTC), plus one each time a file reaches 32 MB.',
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
      'Stores requests and answers with the record, without secrets and at most 64 KiB of each, for `holdfast why ID -v`.',
      records.content,
    ),
    days: optionalField(
      count,
      'Erases records, and what is stored with them, after this many days.',
      records.days,
    ),
  }),
  'Records of requests.',
  'as its fields say',
);

export const sessionsSchema = described(
  z.strictObject({
    save: optionalField(
      z.boolean(),
      'Writes conversations to disk; `false` keeps those that are there until they are deleted.',
      sessions.save,
    ),
    keep: optionalField(
      count,
      'Erases a conversation this many days after its last use.',
      sessions.keep,
    ),
    max_bytes: optionalField(
      count,
      'Limits the size of the file; the conversations used longest ago are erased first.',
      sessions.maxBytes,
    ),
  }),
  'Conversations of `holdfast chat`.',
  'as its fields say',
);
