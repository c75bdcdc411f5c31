/**
 * The configuration's JSON Schema for editors, generated from the schema; `npm run docs` writes it
 * to disk.
 */

import { z } from 'zod';
import { configSchema } from './schema.ts';

/** Uses draft 7, which YAML language servers support best; ends with a newline. */
export function renderJsonSchema(): string {
  const schema = z.toJSONSchema(configSchema, { target: 'draft-7', io: 'input' });
  return `${JSON.stringify({ title: 'Holdfast configuration', ...schema }, null, 2)}\n`;
}
