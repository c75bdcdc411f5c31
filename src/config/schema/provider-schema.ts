/** The settings of a provider and of its models, and how a target is named. */

import { z } from 'zod';
import { defaults } from '../../model/defaults.ts';
import { protocolNames } from '../../model/protocol.ts';
import { budgetOf } from './budget-schema.ts';
import { credential, selectionNames } from './credential-schema.ts';
import { count, line, none, optionalField, seconds, text } from './fields.ts';
import { limits, pace, timeout } from './limits-schema.ts';
import { oauthSchema } from './oauth-schema.ts';

export const protocol = z.enum(protocolNames);
export const streamRecovery = z.enum(['continue', 'error']);
const cache = z.enum(['auto', 'off']);

const modelRefusal = z.enum([
  'sampling',
  'sampling-while-thinking',
  'sampling-pair',
  'no-thinking',
  'thinking-budget',
  'forced-tool',
]);

export const target = z
  .union(
    [
      z.string().regex(/^[^/\s]+\/(?!.*,\s*[^,/\s]+\/)\S.*$/, 'expected "provider/model"'),
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

export const model = z.strictObject({
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

export const provider = z.strictObject({
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
  headers: optionalField(
    z.record(z.string(), line),
    'Headers added to every request to this provider, in place of those of the caller; a list of betas is joined to theirs. Not for keys: see `auth`. With `auth: none`, `Authorization` may be `Basic …`, for a server that wants a user and a password.',
    none(),
  ),
  query: optionalField(
    z.record(text, line),
    'Parameters added to the query of every request to this provider, such as `{api-version: 2024-10-21}`, in place of those of the caller.',
    none(),
  ),
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
