/** Lists the public surface of the library by hand. */

/// <reference types="node" preserve="true" />

export type {
  Compressed,
  CompressionFailure,
  CompressOptions,
} from './access/tasks/compression/compressor.ts';
export {
  AccessError,
  type AccessErrorFacts,
  ConfigError,
  type ConfigProblem,
  type ErrorCode,
  NoTargetAnswered,
  RequestError,
} from './errors.ts';
export type { Host } from './host.ts';
export {
  type AnthropicOptions,
  createHoldfast,
  type Holdfast,
  type ModelsOptions,
  type OpenAIOptions,
} from './library/holdfast.ts';
export type { HoldfastConfig, HoldfastOptions } from './library/options.ts';
export type { AskResult, Question } from './library/question.ts';
export type { CommitMessage, SideTaskOptions, SideTasks } from './library/side-tasks.ts';
export type { EngineEvent, EventListener } from './model/events.ts';
export type { Failure, FailureClass } from './model/failure.ts';
export type { Fetch } from './model/fetch.ts';
export type {
  AttemptRecord,
  CandidateVerdict,
  RequestRecord,
  SkipRecord,
  Usage,
} from './model/record.ts';
export type { ModelName } from './protocols/contract/model-list.ts';
export type { StoreKind } from './store/open.ts';
export type { Store } from './store/store.ts';
export type { TaskMessage, TaskPart } from './tasks/profile.ts';
