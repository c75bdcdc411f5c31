/**
 * The single description of the configuration: types, docs/config.md and the JSON Schema are
 * generated from it. Every field has a description and, after `Default:`, its default. Strict: an
 * unknown key is an error.
 */

import { z } from 'zod';
import { defaults } from '../../model/defaults.ts';
import { budgetOf } from './budget-schema.ts';
import type { credential } from './credential-schema.ts';
import { count, none, optionalField, seconds, text } from './fields.ts';
import { gatewaySchema } from './gateway-schema.ts';
import { descriptionsSchema, logSchema, recordsSchema, sessionsSchema } from './kept-schema.ts';
import { type model, protocol, provider, streamRecovery, target } from './provider-schema.ts';

/** Decides what happens to images for a text-only model. */
const blindModels = z.enum(['route', 'describe', 'refuse']);
const { maxWait, precedence } = defaults;
const otherTasks = `others ${defaults.otherTaskTimeout}`;
const taskTimeouts = Object.entries(defaults.taskTimeout).map(
  ([task, seconds]) => `${task} ${seconds}`,
);

const usd = z.number().nonnegative();

const price = z.strictObject({
  input: usd.describe('USD for a million tokens of input. Default: none, required.'),
  output: usd.describe('USD for a million tokens of output. Default: none, required.'),
  cache_read: optionalField(
    usd,
    'USD for a million tokens of input that is read from a cache.',
    'as `input`',
  ),
  cache_write: optionalField(
    usd,
    'USD for a million tokens of input that is written to a cache.',
    'as `input`',
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
    state: optionalField(
      z.string().regex(/^rediss?:\/\/\S+$/, 'expected redis://HOST:PORT or rediss://HOST:PORT'),
      `Address of the engine (Valkey or Redis, 6.2 and newer) of a fleet: all members that name it share their state; a password is written as \`\${VARIABLE}\`.`,
      'the state file of this home alone',
    ),
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
    path[0] === 'state' ||
    (path[0] === 'providers' && path[2] === 'credentials' && path[4] === 'command')
  );
}

/** True if the value at this path is a secret or names one: a key, not a parameter of its name. */
export function isSecretPath(path: KeyPath): boolean {
  const isOwn = path[0] === 'providers' || path[0] === 'auxiliary';
  return path.at(-1) === 'api_key' && isOwn && !/^(query|headers)$/.test(String(path.at(-2)));
}
