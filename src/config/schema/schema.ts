/**
 * The single description of the configuration: types, docs/config.md and the JSON Schema are
 * generated from it. Every field has a description and, after `Default:`, its default. Strict: an
 * unknown key is an error.
 */

import { z } from 'zod';
import { defaults } from '../../model/defaults.ts';
import { protocolNames } from '../../model/protocol.ts';
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
  thinks: optionalField(
    z.boolean(),
    'Whether the model reasons before it answers.',
    'from the catalogue',
  ),
  images: optionalField(
    z.boolean(),
    'Whether the model sees images.',
    'from the catalogue, else learned from its refusal',
  ),
  context_window: optionalField(
    count,
    'Tokens the model reads and writes in all.',
    'from the catalogue',
  ),
  max_output: optionalField(count, 'Tokens the model writes at most.', 'from the catalogue'),
  prefill: optionalField(
    z.boolean(),
    'Whether the model continues a trailing assistant message, which is how a broken stream is best continued.',
    'from the catalogue',
  ),
  refuses: optionalField(
    z.array(modelRefusal),
    'What it refuses of what its protocol allows; a translated request goes without it.',
    'as is known of its family',
  ),
  efforts: optionalField(
    z.array(text),
    'Steps of reasoning effort it takes, from the least.',
    'as is known of its family',
  ),
  takes_schemas: optionalField(
    z.boolean(),
    'Whether it takes the schema of an answer, and strict tools, in `anthropic-messages`.',
    'as is known of its family',
  ),
  system_role: optionalField(
    z.enum(['system', 'developer']),
    'Role of system messages in a translated request.',
    'as is known of its family',
  ),
  cache: optionalField(
    cache,
    'As for the provider, for this model; outranks it.',
    '`cache` of the provider',
  ),
  same_as: optionalField(target, 'The very same model elsewhere, for embeddings alone.', none()),
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
    'Which of several keys a request takes.',
    `${defaults.selection}, the first that is free`,
  ),
  protocol: optionalField(
    protocol,
    'The one wire format to use; a provider outside the catalogue needs it beside `base_url`.',
    'the protocol of the request if the provider supports it; for `holdfast ask` openai-chat if supported, otherwise its first',
  ),
  auth: optionalField(
    z.enum(['none', 'bearer', 'x-api-key', 'api-key']),
    'How a key goes on the wire; `none` sends none.',
    'from the catalogue',
  ),
  counts_tokens: optionalField(
    z.boolean(),
    'Whether `messages/count_tokens` is asked there; elsewhere tokens are estimated.',
    'from the catalogue',
  ),
  oauth: oauthSchema.optional(),
  pace: pace.optional(),
  limits: limits.optional(),
  stream_recovery: optionalField(
    streamRecovery,
    'What becomes of a stream of this provider that breaks after its first content.',
    'the global `stream_recovery`',
  ),
  timeout,
  local: optionalField(
    z.boolean(),
    'Whether it is a server of your own, which may be slow to start.',
    'by its address (loopback, private networks, names without a dot, `.local`, `.internal`, plain http)',
  ),
  max_wait: optionalField(
    seconds,
    'How long a request waits for the capacity of this provider, in seconds.',
    'the global `max_wait`',
  ),
  cache: optionalField(
    cache,
    'Whether translated requests are marked for the prompt cache of a server that takes such marks (`cache_control`). `off`: only the marks of the client cross.',
    'auto',
  ),
  billing: optionalField(
    z.enum(['metered', 'plan', 'free']),
    'How it is paid: by the token, by a subscription, or not at all. Only what is metered has a cost in USD.',
    `${defaults.billing.vendor}; ${defaults.billing.ownServer} for a server of your own, unless \`prices\` names one for its model`,
  ),
  budget: budgetOf('requests to this provider together'),
  ignore_sources: optionalField(
    z.array(z.enum(['stored', 'dotenv', 'env'])),
    'Places in which no key of this provider is looked for.',
    none(),
  ),
  models: optionalField(
    z.record(text, model),
    'Facts and limits of single models, by id.',
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
    'Model as the provider names it.',
    none('; required with a provider of its own'),
  ),
  base_url: optionalField(
    z.string(),
    'A server of its own; uses only the `api_key` of this task.',
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
  fallback: optionalField(z.enum(['main', 'none']), 'What follows the chain.', 'main'),
  stream_recovery: optionalField(
    streamRecovery,
    'What becomes of a stream of this task that breaks after its first content; outranks the provider.',
    'that of the provider',
  ),
  max_wait: optionalField(
    seconds,
    'How long a request of this task waits for capacity, in seconds; outranks the provider.',
    'that of the provider',
  ),
  blind_models: optionalField(
    blindModels,
    'What becomes of images of this task that a model does not see.',
    'the global `blind_models`',
  ),
  max_concurrency: optionalField(
    count,
    'Requests of this task at a time, fallback included; the others queue.',
    'no limit',
  ),
  budget: budgetOf('this task'),
  judge: optionalField(
    z.boolean(),
    'Whether an answer of no use (empty, only reasoning, cut off, a refusal) is a miss, so that the next target is asked. `false`: answers pass as they are.',
    'true',
  ),
  extra_body: optionalField(
    z.record(z.string(), z.unknown()),
    "Fields added to the body for the task's own targets.",
    none(),
  ),
  reasoning_effort: optionalField(
    text,
    "How much the task's own targets reason: `minimal`, `low`, `medium`, `high`. Sent in the words of the target's protocol.",
    'as the request says',
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
      'What becomes of a stream that breaks after its first content: another attempt continues it, or it ends with an error.',
      defaults.streamRecovery,
    ),
    max_wait: optionalField(
      seconds,
      'How long a request waits, counted from the beginning of an outage or rate limit, while no target is free, in seconds.',
      `${maxWait.streamed}; ${maxWait.whole} for an answer that is not streamed`,
    ),
    blind_models: optionalField(
      blindModels,
      'What becomes of images that a model does not see: the next target that sees answers, the task `vision` describes them in words, or the request is refused.',
      defaults.blindModels,
    ),
    descriptions: descriptionsSchema.optional(),
    prices: optionalField(
      z.record(z.string().regex(/^[^/\s]+\/\S.*$/, 'expected "provider/model"'), price),
      'What models cost, by `provider/model`; outranks the built-in table.',
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

/** True if the value at this path is a secret or names one. */
export function isSecretPath(path: KeyPath): boolean {
  return path.at(-1) === 'api_key' && (path[0] === 'providers' || path[0] === 'auxiliary');
}
