/**
 * An AI SDK provider over the engine in this process: each call takes the route of its task or
 * model, like any other request.
 */

import {
  type EmbeddingModelV3,
  type LanguageModelV3,
  NoSuchModelError,
  type ProviderV3,
} from '@ai-sdk/provider';
import { checkGiven, isGivenObject, type OptionRule } from '../library/check-given.ts';
import { createHoldfast, type Holdfast } from '../library/holdfast.ts';
import { type HoldfastOptions, holdfastOptions } from '../library/options.ts';
import { createEmbeddingModel } from './embedding-model.ts';
import { createLanguageModel } from './language-model.ts';

export interface HoldfastProviderOptions {
  /** The engine to use; its owner closes it. Default: a new one, created with `runtime`. */
  readonly holdfast?: Holdfast | undefined;
  /** Options of `createHoldfast()` for a new engine. Default: this user's configuration. */
  readonly runtime?: HoldfastOptions | undefined;
  /** Sends a schema as `response_format: json_schema`. False: asks for JSON only. Default: true. */
  readonly structuredOutputs?: boolean | undefined;
}

const rules: Readonly<Record<keyof HoldfastProviderOptions, OptionRule>> = {
  holdfast: {
    expected: 'what createHoldfast() gives',
    isMet: (value) => isGivenObject(value) && 'record' in value,
  },
  runtime: { expected: 'options of createHoldfast()', isMet: isGivenObject },
  structuredOutputs: { expected: 'true or false', isMet: (value) => typeof value === 'boolean' },
};

export interface HoldfastProvider extends ProviderV3 {
  /** Does the same as `languageModel`. */
  (name?: string): LanguageModelV3;
  /** Takes a task, an alias or `provider/model`. Default: `main`. */
  languageModel(name?: string): LanguageModelV3;
  embeddingModel(name: string): EmbeddingModelV3;
  /** Gives access to `records()`, `on()` and `models()`. */
  readonly holdfast: Holdfast;
  /** Closes the engine, unless it was passed in. */
  close(): Promise<void>;
}

/**
 * Throws `ConfigError` for invalid options, or if there is no usable configuration. Image models
 * throw `NoSuchModelError`.
 */
export function createHoldfastProvider(options: HoldfastProviderOptions = {}): HoldfastProvider {
  checkGiven(options, {
    of: 'createHoldfastProvider()',
    rules,
    placeOf: (key) => (key in holdfastOptions ? `write { runtime: { ${key}: … } }` : undefined),
  });
  const holdfast = options.holdfast ?? createHoldfast(options.runtime);
  const { structuredOutputs = true } = options;
  const languageModel = (name = 'main'): LanguageModelV3 =>
    createLanguageModel(holdfast, name, { structuredOutputs });
  return Object.assign((name?: string) => languageModel(name), {
    specificationVersion: 'v3' as const,
    languageModel,
    embeddingModel: (name: string) => createEmbeddingModel(holdfast, name),
    imageModel: (modelId: string) => {
      throw new NoSuchModelError({ modelId, modelType: 'imageModel' });
    },
    holdfast,
    close: async () => {
      if (options.holdfast === undefined) await holdfast.close();
    },
  });
}
