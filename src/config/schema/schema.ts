/**
 * The only description of the configuration: types, docs/config.md and the JSON Schema come from here. Every field says
 * what it means and, after `Default:`, what holds without it. Strict: an unknown key is an error.
 */

import { z } from 'zod';
import { protocolNames } from '../../model/protocol.ts';
import { gatewaySchema } from './gateway-schema.ts';
import { limits, maxWait, pace, seconds, timeout } from './limits-schema.ts';
import { oauthSchema } from './oauth-schema.ts';

const text = z.string().min(1);
/** Shown in lists, logs and messages, which a line break or an escape would garble. */
const line = text.refine((value) => !/\p{Cc}/u.test(value), 'expected one line without control characters');
const count = z.int().positive();

const protocol = z.enum(protocolNames);

const modelRefusal = z.enum([
  'sampling',
  'sampling-while-thinking',
  'sampling-pair',
  'no-thinking',
  'thinking-budget',
  'forced-tool',
]);

const streamRecovery = z.enum(['continue', 'error']);

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
  thinks: z
    .boolean()
    .optional()
    .describe('Whether the model reasons before it answers. Default: from the catalogue.'),
  context_window: count
    .optional()
    .describe('Tokens the model reads and writes in all. Default: from the catalogue.'),
  max_output: count.optional().describe('Tokens the model writes at most. Default: from the catalogue.'),
  prefill: z
    .boolean()
    .optional()
    .describe(
      'Whether the model continues a trailing assistant message, which is how a broken stream is best continued. Default: from the catalogue.',
    ),
  refuses: z
    .array(modelRefusal)
    .optional()
    .describe(
      'What it refuses of what its protocol allows; a translated request goes without it. Default: as is known of its family.',
    ),
  efforts: z
    .array(text)
    .optional()
    .describe('Steps of reasoning effort it takes, from the least. Default: as is known of its family.'),
  takes_schemas: z
    .boolean()
    .optional()
    .describe(
      'Whether it takes the schema of an answer, and strict tools, in `anthropic-messages`. Default: as is known of its family.',
    ),
  system_role: z
    .enum(['system', 'developer'])
    .optional()
    .describe('Role of system messages in a translated request. Default: as is known of its family.'),
  same_as: target.optional().describe('The very same model elsewhere, for embeddings alone. Default: none.'),
});

const selectionNames = ['fill-first', 'round-robin', 'least-used', 'random'] as const;

const credential = z.strictObject({
  label: line.optional().describe('Name of the key in every list and message. Default: `key-1`, `key-2`, …'),
  env: text
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of a variable')
    .optional()
    .describe('Variable that holds the key, in `.env` or the environment. Default: none.'),
  env_file: text
    .optional()
    .describe(
      'Another dotenv file, such as that of an agent you moved from: `env` is looked up there and nowhere else. Paths as in `file`. Default: none.',
    ),
  api_key: text.optional().describe(`The key itself, or \`\${VARIABLE}\`. Default: none.`),
  file: text
    .optional()
    .describe(
      'File that holds the key; `~` is the home folder, a relative path starts at the config file. Default: none.',
    ),
  pointer: text
    .regex(/^(\/[^/]*)+$/, 'expected a JSON pointer, such as /model/api_key')
    .optional()
    .describe(
      'Where in `file` the key stands, as a JSON pointer; the file is then JSON or YAML, such as the settings of an agent you moved from. Default: none, the whole file is the key.',
    ),
  command: z
    .union([text, z.array(text).min(1)], { error: 'expected a list of words, or one text' })
    .optional()
    .describe(
      'Program that prints the key: a list of words, or one text that is split as a shell would. Default: none.',
    ),
  shell: z
    .boolean()
    .optional()
    .describe('Gives the text of `command` to `/bin/sh -c`. Default: false, no shell sees it.'),
  timeout: seconds
    .optional()
    .describe('How long `command` may take before it is ended, in seconds. Default: 10.'),
  ttl: z
    .number()
    .min(0)
    .optional()
    .describe(
      'How long the output of `command` stays good, in seconds; 0 runs it for each use. Default: 300.',
    ),
  keychain: z
    .union(
      [
        text.regex(/^[^/]+\/.+$/, 'expected "service/account"'),
        z.strictObject({
          service: text.describe('Service of the entry. Default: none, required.'),
          account: text.describe('Account of the entry. Default: none, required.'),
        }),
      ],
      { error: 'expected "service/account" or {service, account}' },
    )
    .optional()
    .describe(
      "Entry of the system's keychain, `service/account` or `{service, account}`; needs the package `@napi-rs/keyring`. Default: none.",
    ),
  account: line
    .optional()
    .describe('Limit group: keys of one account share its limits. Default: each key its own.'),
  models: z
    .array(text)
    .min(1)
    .optional()
    .describe('Models the key may be used for, `*` for any run of characters. Default: all.'),
});

const provider = z.strictObject({
  base_url: text
    .optional()
    .describe(
      'Replaces all origins of the vendor; ends before `/chat/completions`. A provider outside the catalogue needs it and `protocol`, or `base_urls`. Default: from the catalogue.',
    ),
  base_urls: z
    .partialRecord(protocol, text)
    .optional()
    .describe('Base URL per protocol, instead of `base_url`. Default: from the catalogue.'),
  api_key: text
    .optional()
    .describe(`The key, best written as \`\${VARIABLE}\`. Default: the known variables of the vendor.`),
  credentials: z
    .array(credential)
    .min(1)
    .optional()
    .describe(
      'Several keys, in order of use, each with one of `env`, `api_key`, `file`, `command`, `keychain`. Default: none.',
    ),
  selection: z
    .enum(selectionNames)
    .optional()
    .describe('Which of several keys a request takes. Default: fill-first, the first that is free.'),
  protocol: protocol
    .optional()
    .describe(
      'The one wire format to use; a provider outside the catalogue needs it beside `base_url`. Default: the protocol of the request if the provider supports it; for `holdfast ask` openai-chat if supported, otherwise its first.',
    ),
  auth: z
    .enum(['none', 'bearer', 'x-api-key', 'api-key'])
    .optional()
    .describe('How a key goes on the wire; `none` sends none. Default: from the catalogue.'),
  counts_tokens: z
    .boolean()
    .optional()
    .describe(
      'Whether `messages/count_tokens` is asked there; elsewhere tokens are estimated. Default: from the catalogue.',
    ),
  oauth: oauthSchema.optional(),
  pace: pace.optional(),
  limits: limits.optional(),
  stream_recovery: streamRecovery
    .optional()
    .describe(
      'What becomes of a stream of this provider that breaks after its first content. Default: the global `stream_recovery`.',
    ),
  timeout,
  local: z
    .boolean()
    .optional()
    .describe(
      'Whether it is a server of your own, which may be slow to start. Default: by its address (loopback, private networks, names without a dot, `.local`, `.internal`, plain http).',
    ),
  max_wait: maxWait.describe(
    'How long a request waits for the capacity of this provider, in seconds. Default: the global `max_wait`.',
  ),
  ignore_sources: z
    .array(z.enum(['stored', 'dotenv', 'env']))
    .optional()
    .describe('Places in which no key of this provider is looked for. Default: none.'),
  models: z
    .record(text, model)
    .optional()
    .describe('Facts and limits of single models, by id. Default: from the catalogue.'),
});

const task = z.strictObject({
  provider: z
    .string()
    .optional()
    .describe('A provider, `auto` or `main` (the main route), or `none` (task switched off). Default: auto.'),
  model: z
    .string()
    .optional()
    .describe('Model as the provider names it. Default: none; required with a provider of its own.'),
  base_url: z
    .string()
    .optional()
    .describe('A server of its own; uses only the `api_key` of this task. Default: that of the provider.'),
  api_key: z
    .string()
    .optional()
    .describe(`Key of this task, best written as \`\${VARIABLE}\`. Default: the keys of the provider.`),
  protocol: protocol.optional().describe('Wire format at `base_url`. Default: openai-chat.'),
  auth: z
    .literal('none')
    .optional()
    .describe('`none`: the server at `base_url` needs no key. Default: a key is needed.'),
  timeout: seconds
    .optional()
    .describe(
      'Limit per attempt, in seconds. The whole task may take this times the number of targets, at most 600. Default: title_generation 30, vision 120, compression 300, others 60.',
    ),
  fallback_chain: z.array(target).optional().describe('Targets after the first, in order. Default: none.'),
  fallback: z.enum(['main', 'none']).optional().describe('What follows the chain. Default: main.'),
  stream_recovery: streamRecovery
    .optional()
    .describe(
      'What becomes of a stream of this task that breaks after its first content; outranks the provider. Default: that of the provider.',
    ),
  max_wait: maxWait.describe(
    'How long a request of this task waits for capacity, in seconds; outranks the provider. Default: that of the provider.',
  ),
  max_concurrency: count
    .optional()
    .describe('Requests of this task at a time, fallback included; the others queue. Default: no limit.'),
  extra_body: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("Fields added to the body for the task's own targets. Default: none."),
  reasoning_effort: text
    .optional()
    .describe(
      "How much the task's own targets reason: `minimal`, `low`, `medium`, `high`. Sent in the words of the target's protocol. Default: as the request says.",
    ),
});

/** The sources of keys that exist so far, in default order (law 3). */
export const precedenceSources = ['config', 'stored', 'dotenv', 'env'] as const;

export const configSchema = z
  .strictObject({
    main: target.describe(
      'The target of the main task: `provider/model` or `{provider, model}`. Default: none, required.',
    ),
    fallback_chain: z.array(target).optional().describe('Targets after `main`, in order. Default: none.'),
    providers: z
      .record(text, provider)
      .optional()
      .describe('Settings of single providers, by name. Default: from the catalogue.'),
    auxiliary: z
      .record(text, task)
      .optional()
      .describe('Side tasks by name: title_generation, compression, vision, or any other. Default: none.'),
    aliases: z
      .record(text, text)
      .optional()
      .describe(
        'Model names (`*` for any run) and the task or `provider/model` they stand for. Default: none.',
      ),
    stream_recovery: streamRecovery
      .optional()
      .describe(
        'What becomes of a stream that breaks after its first content: another attempt continues it, or it ends with an error. Default: continue.',
      ),
    max_wait: maxWait.describe(
      'How long a request waits, counted from the beginning of an outage or rate limit, while no target is free, in seconds. Default: 100; 25 for an answer that is not streamed.',
    ),
    gateway: gatewaySchema.optional(),
    precedence: z
      .array(z.enum(precedenceSources))
      .min(1)
      .optional()
      .describe('Order of the sources of keys. Default: config, stored, dotenv, env.'),
  })
  .describe('Configuration of Holdfast.');

export type Settings = z.infer<typeof configSchema>;
export type ProviderSettings = z.infer<typeof provider>;
export type CredentialSettings = z.infer<typeof credential>;
export type ModelSettings = z.infer<typeof model>;
export type TaskSettings = z.infer<typeof task>;
export type TargetSettings = z.infer<typeof target>;

/** Where a value stands in the configuration. */
export type KeyPath = readonly (string | number)[];

/** `providers.xiaomi.credentials[0].env`, for people. */
export function formatKeyPath(path: KeyPath): string {
  return path.reduce<string>(
    (whole, part) =>
      typeof part === 'number' ? `${whole}[${part}]` : `${whole}${whole === '' ? '' : '.'}${part}`,
    '',
  );
}

/** Whether `${VARIABLE}` is left alone here: in a secret it stays a reference, in a command it would put a secret into arguments. */
export function keepsVariables(path: KeyPath): boolean {
  return (
    isSecretPath(path) || (path[0] === 'providers' && path[2] === 'credentials' && path[4] === 'command')
  );
}

/** Whether the value at this path is a secret or names one. */
export function isSecretPath(path: KeyPath): boolean {
  return path.at(-1) === 'api_key' && (path[0] === 'providers' || path[0] === 'auxiliary');
}
