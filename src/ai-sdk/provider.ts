/**
 * A provider of the AI SDK over the engine in process: each call takes the route of its task or
 * model, like every other request.
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
  /**
   * The engine to ask; its owner closes it. Default: one of the provider's own, made with
   * `runtime`.
   */
  readonly holdfast?: Holdfast | undefined;
  /**
   * Options of `createHoldfast()`, for an engine of the provider's own. Default: the configuration
   * of this user.
   */
  readonly runtime?: HoldfastOptions | undefined;
  /**
   * Whether a schema is sent as `response_format: json_schema`; otherwise only JSON is asked for.
   * Default true.
   */
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
  /** As `languageModel`. */
  (name?: string): LanguageModelV3;
  /** By a task, an alias or `provider/model`. Default `main`. */
  languageModel(name?: string): LanguageModelV3;
  embeddingModel(name: string): EmbeddingModelV3;
  /** The engine: `records()`, `on()`, `models()`. */
  readonly holdfast: Holdfast;
  /** Closes the engine, unless it was given. */
  close(): Promise<void>;
}

/**
 * Throws `ConfigError` for wrong options, and when there is no usable configuration. Images:
 * `NoSuchModelError`.
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
