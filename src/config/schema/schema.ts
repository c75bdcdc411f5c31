/**
 * The single description of the configuration: types, docs/config.md and the JSON Schema are
 * generated from it. Every field has a description and, after `Default:`, its default. Strict: an
 * unknown key is an error.
 */

import { z } from 'zod';
import { defaults } from '../../model/defaults.ts';
import { protocolNames } from '../../model/protocol.ts';
import { addedFields } from './added-schema.ts';
import { budgetOf } from './budget-schema.ts';
import { credential, selectionNames } from './credential-schema.ts';
import { count, none, optionalField, seconds, text } from './fields.ts';
import { gatewaySchema } from './gateway-schema.ts';
import { descriptionsSchema, logSchema, recordsSchema, sessionsSchema } from './kept-schema.ts';
import { limits, pace, timeout } from './limits-schema.ts';
import { oauthSchema } from './oauth-schema.ts';
import { price } from './price-schema.ts';

const protocol = z.enum(protocolNames);

const modelRefusal = z.enum([
  'sampling',
  'sampling-while-thinking',
  'sampling-pair',
  'no-thinking',
  'thinking-budget',
  'forced-tool',
]);

/** Decides what happens to images for a text-only model. */
const blindModels = z.enum(['route', 'describe', 'refuse']);
const streamRecovery = z.enum(['continue', 'error']);
const cache = z.enum(['auto', 'off']);
const { maxWait, precedence } = defaults;
const otherTasks = `others ${defaults.otherTaskTimeout}`;
const taskTimeouts = Object.entries(defaults.taskTimeout).map(
  ([task, seconds]) => `${task} ${seconds}`,
);

const target = z
  .union(
    [
      z.string().regex(/^[^/\s]+\/\S.*$/, 'expected "provider/model"'),
      z.strictObject({
        provider: text.describe('Name of the provider. Default: none, required.'),
        model: text.describe(
          'Model as the provider names it; it may contain slashes. Default: none, required.',
        ),
      }),
    ],
    { error: 'expected "provider/model" or {provider, model}' },
  )
  .meta({ title: 'target' })
  .describe('A target: `provider/model` or `{provider, model}`. Default: none, required.');

const model = z.strictObject({
  pace: pace.optional(),
  limits: limits.optional(),
  timeout,
  thinks: optionalField(z.boolean(), 'The model reasons before it answers.', 'from the catalogue'),
  images: optionalField(
    z.boolean(),
    'The model accepts images.',
    'from the catalogue, else learned from its refusal',
  ),
  context_window: optionalField(
    count,
    'Tokens that the model reads and writes in all.',
    'from the catalogue',
  ),
  max_output: optionalField(count, 'Maximum tokens of an answer.', 'from the catalogue'),
  prefill: optionalField(
    z.boolean(),
    'The model continues a trailing assistant message, which is the best way to continue a broken stream.',
    'from the catalogue',
  ),
  refuses: optionalField(
    z.array(modelRefusal),
    'Features of its protocol that the model refuses; a translated request leaves them out.',
    'known for its family',
  ),
  efforts: optionalField(
    z.array(text),
    'Levels of reasoning effort that the model accepts, lowest first.',
    'known for its family',
  ),
  takes_schemas: optionalField(
    z.boolean(),
    'The model accepts the schema of an answer, and strict tools, in `anthropic-messages`.',
    'known for its family',
  ),
  system_role: optionalField(
    z.enum(['system', 'developer']),
    'Role of system messages in a translated request.',
    'known for its family',
  ),
  cache: optionalField(
    cache,
    'Like `cache` of the provider, for this model only.',
    '`cache` of the provider',
  ),
  same_as: optionalField(
    target,
    'The identical model at another provider, for embeddings only.',
    none(),
  ),
});

const provider = z.strictObject({
  base_url: optionalField(
    text,
    'Replaces all origins of the vendor; ends before `/chat/completions`. A provider outside the catalogue needs it and `protocol`, or `base_urls`.',
    'from the catalogue',
  ),
  base_urls: optionalField(
    z.partialRecord(protocol, text),
    'Base URL per protocol, instead of `base_url`.',
    'from the catalogue',
  ),
  resource: optionalField(
    text,
    'Name of your resource, a part of the address of `azure` and `foundry`.',
    'the known variables of the vendor',
  ),
  region: optionalField(
    text,
    'Region of the address of `bedrock`, as `us-east-1`; a key belongs to the region that it was made in.',
    'the known variables of the vendor',
  ),
  api_key: optionalField(
    text,
    `The key, best written as \`\${VARIABLE}\`.`,
    'the known variables of the vendor',
  ),
  credentials: optionalField(
    z.array(credential).min(1),
    'Several keys, in order of use, each with one of `env`, `api_key`, `file`, `command`, `keychain`.',
    none(),
  ),
  selection: optionalField(
    z.enum(selectionNames),
    'Selects one of several keys for a request.',
    `${defaults.selection}, the first that is free`,
  ),
  protocol: optionalField(
    protocol,
    'The one wire format to use; a provider outside the catalogue needs it beside `base_url`.',
    'the protocol of the request if the provider supports it; for `holdfast ask` openai-chat if supported, otherwise its first',
  ),
  auth: optionalField(
    z.enum(['none', 'bearer', 'x-api-key', 'api-key']),
    'Header in which the key is sent; `none` sends none.',
    'from the catalogue',
  ),
  ...addedFields,
  counts_tokens: optionalField(
    z.boolean(),
    'Sends `messages/count_tokens` there; elsewhere tokens are estimated.',
    'from the catalogue',
  ),
  oauth: oauthSchema.optional(),
  pace: pace.optional(),
  limits: limits.optional(),
  stream_recovery: optionalField(
    streamRecovery,
    'Continues a stream of this provider that breaks after its first content, or ends it with an error.',
    'the global `stream_recovery`',
  ),
  timeout,
  local: optionalField(
    z.boolean(),
    'The server is your own, and may be slow to start.',
    'by its address (loopback, private networks, names without a dot, `.local`, `.internal`, plain http)',
  ),
  max_wait: optionalField(
    seconds,
    'Maximum wait for the capacity of this provider, in seconds.',
    'the global `max_wait`',
  ),
  cache: optionalField(
    cache,
    'Marks translated requests for the prompt cache (`cache_control`), if the server accepts such marks. `off`: only the marks of the client are sent.',
    'auto',
  ),
  billing: optionalField(
    z.enum(['metered', 'plan', 'free']),
    'Paid by the token, by a subscription, or not at all. Only `metered` use has a cost in USD.',
    `${defaults.billing.vendor}; ${defaults.billing.ownServer} for a server of your own, unless \`prices\` names one for its model`,
  ),
  budget: budgetOf('requests to this provider together'),
  ignore_sources: optionalField(
    z.array(z.enum(['stored', 'dotenv', 'env'])),
    'Sources that are not searched for keys of this provider.',
    none(),
  ),
  models: optionalField(
    z.record(text, model),
    'Settings of single models, by id.',
    'from the catalogue',
  ),
});

const task = z.strictObject({
  provider: optionalField(
    z.string(),
    'A provider, `auto` or `main` (the main route), or `none` (task switched off).',
    'auto',
  ),
  model: optionalField(
    z.string(),
    'Model name at the provider.',
    none('; required with a provider of its own'),
  ),
  base_url: optionalField(
    z.string(),
    'A separate server for this task; it gets only the `api_key` of this task.',
    'that of the provider',
  ),
  api_key: optionalField(
    z.string(),
    `Key of this task, best written as \`\${VARIABLE}\`.`,
    'the keys of the provider',
  ),
  protocol: optionalField(protocol, 'Wire format at `base_url`.', defaults.taskProtocol),
  auth: optionalField(
    z.literal('none'),
    '`none`: the server at `base_url` needs no key.',
    'a key is needed',
  ),
  timeout: optionalField(
    seconds,
    `Limit per attempt, in seconds. The whole task may take this times the number of targets, at most ${defaults.longestTask}.`,
    [...taskTimeouts, otherTasks].join(', '),
  ),
  fallback_chain: optionalField(z.array(target), 'Targets after the first, in order.', none()),
  fallback: optionalField(z.enum(['main', 'none']), 'The route after the chain.', 'main'),
  stream_recovery: optionalField(
    streamRecovery,
    'Continues a stream of this task that breaks after its first content, or ends it with an error; outranks the provider.',
    'that of the provider',
  ),
  max_wait: optionalField(
    seconds,
    'Maximum wait of this task for capacity, in seconds; outranks the provider.',
    'that of the provider',
  ),
  blind_models: optionalField(
    blindModels,
    'Handles images of this task for a text-only model.',
    'the global `blind_models`',
  ),
  max_concurrency: optionalField(
    count,
    'Maximum requests of this task at a time, fallback included; the others queue.',
    'no limit',
  ),
  budget: budgetOf('this task'),
  judge: optionalField(
    z.boolean(),
    'Asks the next target after an unusable answer: empty, only reasoning, cut off, a refusal. `false`: answers pass as they are.',
    'true',
  ),
  extra_body: optionalField(
    z.record(z.string(), z.unknown()),
    "Fields added to the body for the task's own targets.",
    none(),
  ),
  reasoning_effort: optionalField(
    text,
    "Reasoning effort of the task's own targets: `minimal`, `low`, `medium`, `high`. Sent in the words of the target's protocol.",
    'from the request',
  ),
});

export const configSchema = z
  .strictObject({
    main: target.describe(
      'The target of the main task: `provider/model` or `{provider, model}`. Default: none, required.',
    ),
    fallback_chain: optionalField(z.array(target), 'Targets after `main`, in order.', none()),
    providers: optionalField(
      z.record(text, provider),
      'Settings of single providers, by name.',
      'from the catalogue',
    ),
    auxiliary: optionalField(
      z.record(text, task),
      `Side tasks by name: ${Object.keys(defaults.taskTimeout).join(', ')}, or any other.`,
      none(),
    ),
    aliases: optionalField(
      z.record(text, text),
      'Model names (`*` matches any characters) and the task or `provider/model` each one means.',
      none(),
    ),
    stream_recovery: optionalField(
      streamRecovery,
      'Continues a stream that breaks after its first content by another attempt, or ends it with an error.',
      defaults.streamRecovery,
    ),
    max_wait: optionalField(
      seconds,
      'Maximum wait while no target is free, from the beginning of the outage or rate limit, in seconds.',
      `${maxWait.streamed}; ${maxWait.whole} for an answer that is not streamed`,
    ),
    blind_models: optionalField(
      blindModels,
      'Handles images for a text-only model: the next target with vision answers, the task `vision` describes them in words, or the request is refused.',
      defaults.blindModels,
    ),
    descriptions: descriptionsSchema.optional(),
    prices: optionalField(
      z.record(z.string().regex(/^[^/\s]+\/\S.*$/, 'expected "provider/model"'), price),
      'Prices of models, by `provider/model`; outranks the built-in table.',
      'the built-in table',
    ),
    budget: budgetOf('all requests together'),
    gateway: gatewaySchema.optional(),
    log: logSchema.optional(),
    records: recordsSchema.optional(),
    sessions: sessionsSchema.optional(),
    precedence: optionalField(
      z.array(z.enum(precedence)).min(1),
      'Order of the sources of keys.',
      precedence,
    ),
  })
  .describe('Configuration of Holdfast.');

export type Settings = z.infer<typeof configSchema>;
export type ProviderSettings = z.infer<typeof provider>;
export type CredentialSettings = z.infer<typeof credential>;
export type ModelSettings = z.infer<typeof model>;
export type TaskSettings = z.infer<typeof task>;
export type TargetSettings = z.infer<typeof target>;

export type KeyPath = readonly (string | number)[];

/**
 * True if `${VARIABLE}` is not replaced here: a secret stays a reference, and in a command a secret
 * would become an argument.
 */
export function keepsVariables(path: KeyPath): boolean {
  return (
    isSecretPath(path) ||
    (path[0] === 'providers' && path[2] === 'credentials' && path[4] === 'command')
  );
}

/** True if the value at this path is a secret or names one: a key, not a parameter of its name. */
export function isSecretPath(path: KeyPath): boolean {
  const isOwn = path[0] === 'providers' || path[0] === 'auxiliary';
  return path.at(-1) === 'api_key' && isOwn && !/^(query|headers)$/.test(String(path.at(-2)));
}
