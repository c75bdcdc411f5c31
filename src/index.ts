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
export type { AskResult, Question } from './library/ask.ts';
export {
  type AnthropicOptions,
  createHoldfast,
  type Holdfast,
  type ModelsOptions,
  type OpenAIOptions,
} from './library/holdfast.ts';
export type { EngineEvent, EventListener } from './model/events.ts';
export type { Failure, FailureClass } from './model/failure.ts';
export type { RequestRecord } from './model/record.ts';
export type { RuntimeOptions } from './runtime.ts';
