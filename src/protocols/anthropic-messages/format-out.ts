/**
 * Asks an `anthropic-messages` target for a format of the answer (translate leg): with the vendor's
 * field, or with a tool that the model must call with its answer.
 */

import type { ModelTraits } from '../../model/target.ts';
import type { WireObject } from '../json/is-record.ts';
import type { NeutralOptions } from '../translation/neutral.ts';
import { canClose, closeSchema } from './close-schema.ts';

export interface AnswerFormat {
  readonly config?: WireObject;
  readonly tool?: AnswerTool;
}

/** A tool whose input is the answer. */
export interface AnswerTool {
  readonly name: string;
  readonly description: string;
  readonly input_schema: unknown;
}

export function encodeFormat(
  { responseFormat: format }: NeutralOptions,
  traits: ModelTraits | undefined,
): AnswerFormat {
  if (format?.type !== 'json' || format.schema === undefined) return {};
  const { schema } = format;
  if (traits?.takesSchemas === true && canClose(schema))
    return { config: { format: { type: 'json_schema', schema: closeSchema(schema) } } };
  return {
    tool: {
      name: 'json',
      description: 'Give your whole answer as this object.',
      input_schema: schema,
    },
  };
}
