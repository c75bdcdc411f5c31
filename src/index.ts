/** The public surface of the library, by hand. */

export type { ModelName } from './access/route/models.ts';
export {
  AccessError,
  type AccessErrorFacts,
  ConfigError,
  type ConfigProblem,
  type ErrorCode,
  NoTargetAnswered,
  RequestError,
} from './errors.ts';
export {
  type AnthropicOptions,
  type AskResult,
  createHoldfast,
  type Holdfast,
  type ModelsOptions,
  type OpenAIOptions,
  type Question,
} from './library/holdfast.ts';
export type { EngineEvent, EventListener } from './model/events.ts';
export type { Failure, FailureClass } from './model/failure.ts';
export type { RequestRecord } from './model/record.ts';
export type { RuntimeOptions } from './runtime.ts';
