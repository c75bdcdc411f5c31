/** The parts of the configuration's schema that say what becomes of images that a model does not see. */

import { z } from 'zod';
import { defaults } from '../../model/defaults.ts';
import { count, optional } from './fields.ts';

export const blindModels = z.enum(['route', 'describe', 'refuse']);

export const descriptionsSchema = z
  .strictObject({
    save: optional(
      z.boolean(),
      'Whether descriptions are written to disk.',
      String(defaults.descriptions.save),
    ),
    keep: optional(count, 'Days after its last use that a description is kept.', defaults.descriptions.keep),
    max_bytes: optional(
      count,
      'Of all descriptions together; those used longest ago go first.',
      defaults.descriptions.maxBytes,
    ),
  })
  .describe('How descriptions of images are kept. Default: as its fields say.');
