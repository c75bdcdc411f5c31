/** Schema of the settings about keys: the place of each, and how one of several is chosen. */

import { z } from 'zod';
import { defaults } from '../../model/defaults.ts';
import { budgetOf } from './budget-schema.ts';
import { line, none, optionalField, seconds, text } from './fields.ts';

export const selectionNames = ['fill-first', 'round-robin', 'least-used', 'random'] as const;

export const credential = z.strictObject({
  label: optionalField(
    line,
    'Name of the key in every list and message.',
    '`key-1`, `key-2` and so on',
  ),
  env: optionalField(
    text.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of a variable'),
    'Variable that holds the key, in `.env` or the environment.',
    none(),
  ),
  env_file: optionalField(
    text,
    'Another dotenv file, such as that of an agent you moved from: `env` is looked up there and nowhere else. Paths as in `file`.',
    none(),
  ),
  api_key: optionalField(text, `The key itself, or \`\${VARIABLE}\`.`, none()),
  file: optionalField(
    text,
    'File that holds the key; `~` is the home folder, a relative path starts at the config file.',
    none(),
  ),
  pointer: optionalField(
    text.regex(/^(\/[^/]*)+$/, 'expected a JSON pointer, such as /model/api_key'),
    'JSON pointer to the key in `file`, which must be JSON or YAML, such as the settings of an agent you moved from.',
    none(', the whole file is the key'),
  ),
  command: optionalField(
    z.union([text, z.array(text).min(1)], { error: 'expected a list of words, or one text' }),
    'Program that prints the key: a list of words, or one text that is split as a shell would.',
    none(),
  ),
  shell: optionalField(
    z.boolean(),
    'Gives the text of `command` to `/bin/sh -c`.',
    'false, no shell sees it',
  ),
  timeout: optionalField(seconds, 'Time limit of `command`, in seconds.', defaults.command.timeout),
  ttl: optionalField(
    z.number().min(0),
    'Caches the output of `command` for this time, in seconds; 0 runs it for each use.',
    defaults.command.ttl,
  ),
  keychain: optionalField(
    z.union(
      [
        text.regex(/^[^/]+\/.+$/, 'expected "service/account"'),
        z.strictObject({
          service: text.describe('Service of the entry. Default: none, required.'),
          account: text.describe('Account of the entry. Default: none, required.'),
        }),
      ],
      { error: 'expected "service/account" or {service, account}' },
    ),
    "Entry of the system's keychain, `service/account` or `{service, account}`; needs the package `@napi-rs/keyring`.",
    none(),
  ),
  caller: optionalField(
    z.literal(true, { error: 'expected true' }),
    'Relays the login that a caller brings with its request, to this provider alone, beside the gateway key in `x-holdfast-key`.',
    none(),
  ),
  fallback: optionalField(
    z.literal('none', { error: 'expected none' }),
    'With `caller`: a request that brings a login is answered by it or by nobody, so no key pays in its place.',
    'the other keys, then the chain',
  ),
  account: optionalField(
    line,
    'Limit group: keys of one account share its limits.',
    'each key is its own group',
  ),
  budget: budgetOf('requests with this key'),
  models: optionalField(
    z.array(text).min(1),
    'Models that the key may be used for; `*` matches any characters.',
    'all',
  ),
});
