/**
 * Names of metrics and span attributes. They follow OpenTelemetry's conventions where those exist
 * (still in development). Data.
 */

import type { Operation } from '../model/protocol.ts';

/** Version of the semantic conventions for generative AI that these names follow. */
export const conventionsVersion = '1.38.0';

/** Metric names with their help texts. */
export const metrics = {
  requests: ['holdfast_requests_total', 'Requests that have ended, by what came of them.'],
  attempts: [
    'holdfast_attempts_total',
    'Requests to providers: answered, or the class of the failure.',
  ],
  refused: [
    'holdfast_refused_total',
    'Requests that were refused before a target was chosen, by the code of the error.',
  ],
  cost: ['holdfast_cost_usd_total', 'What priced requests have cost, in USD.'],
  inflight: ['holdfast_requests_in_flight', 'Requests that are being answered.'],
  workers: ['holdfast_workers', 'Worker processes that take requests.'],
  workerRestarts: [
    'holdfast_worker_restarts_total',
    'Worker processes that ended unasked and were started again.',
  ],
  lostTokens: [
    'holdfast_refresh_tokens_lost_total',
    'Logins whose next tokens were lost, because a process was killed before it had stored them.',
  ],
  build: ['holdfast_build_info', 'Always 1; the version is its label.'],
  start: ['process_start_time_seconds', 'When the gateway started, in seconds since 1970.'],
  duration: ['gen_ai_server_request_duration_seconds', 'Whole requests as callers saw them.'],
  firstToken: ['gen_ai_server_time_to_first_token_seconds', 'From a request to its first content.'],
  tokens: ['gen_ai_client_token_usage', 'Tokens of a request, as providers counted them.'],
} as const satisfies Readonly<Record<string, readonly [name: string, help: string]>>;

/** Label names, for attributes whose names contain dots. */
export const labels = {
  operation: 'gen_ai_operation_name',
  provider: 'gen_ai_provider_name',
  model: 'gen_ai_request_model',
  tokenType: 'gen_ai_token_type',
} as const;

export const attributes = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  errorType: 'error.type',
  status: 'http.response.status_code',
  task: 'holdfast.task',
  caller: 'holdfast.caller',
  outcome: 'holdfast.outcome',
  requestId: 'holdfast.request.id',
  credential: 'holdfast.credential',
  rule: 'holdfast.failure.rule',
  cost: 'holdfast.cost.usd',
} as const;

/** The conventions' names of our operations; an operation without one keeps its own name. */
export const operationNames: Readonly<Record<Operation, string>> = {
  generate: 'chat',
  embed: 'embeddings',
  'count-tokens': 'count_tokens',
  images: 'images',
  audio: 'audio',
  files: 'files',
  batches: 'batches',
  responses: 'responses',
  rerank: 'rerank',
};

/** The conventions recommend these bounds, in seconds and in tokens. */
export const durationBounds: readonly number[] = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
export const tokenBounds: readonly number[] = [
  1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304,
];
