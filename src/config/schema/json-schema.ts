/**
 * The configuration's JSON Schema, for editors: made from the one schema, written to disk by `npm
 * run docs`.
 */

import { z } from 'zod';
import { configSchema } from './schema.ts';

/** Draft 7, which YAML language servers read best; ends with a newline. */
export function renderJsonSchema(): string {
  const schema = z.toJSONSchema(configSchema, { target: 'draft-7', io: 'input' });
  return `${JSON.stringify({ title: 'Holdfast configuration', ...schema }, null, 2)}\n`;
}
