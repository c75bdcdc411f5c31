/**
 * `holdfast auth add` reads a key from a hidden prompt or a pipe, tests it, stores it, and names
 * the sources that come before it.
 */

import { askWhetherMeant } from '../../../config/schema/nearest.ts';
import { Redactor } from '../../../credentials/redact/redact.ts';
import type { AccessError } from '../../../errors.ts';
import type { Host } from '../../../host.ts';
import { builtinEntries } from '../../../providers/builtin.ts';
import type { Runtime, RuntimeOptions } from '../../../runtime.ts';
import {
  type Args,
  createCommand,
  json,
  negated,
  type Printout,
  required,
  textOption,
  toggle,
} from '../../context/command.ts';
import { mistake } from '../../context/mistake.ts';
import { isUnconfigured } from '../../context/trial.ts';
import {
  inPlace,
  untilSignal,
  withRuntime,
  withRuntimeUnless,
} from '../../context/with-runtime.ts';
import { describeTest } from '../../terminal/key-lines.ts';
import type { CommandContext } from '../../terminal/terminal.ts';

const params = {
  provider: required('provider'),
  label: textOption('word', 'a label for the key'),
  account: textOption('name', 'the account whose limits it shares with other keys'),
  fromEnv: textOption('variable', 'copy the value that this environment variable has now'),
  model: textOption('name', 'the model to test it with'),
  verify: negated('store it without testing it'),
  dryRun: toggle('test it and store nothing'),
  json,
};

export const commands = {
  add: createCommand({
    params,
    exits: { 4: 'the provider refuses the key, which is not stored' },
    example: 'holdfast auth add deepseek < key-file',
    hint: 'name the provider alone, such as holdfast auth add openai; the key is asked for, or read from stdin',
    run: addStoredKey,
  }),
};

/**
 * Returns 0 when the key was stored, or would have been with `--dry-run`; 4 when the provider
 * refused it.
 */
async function addStoredKey(
  asked: Args<typeof params>,
  context: CommandContext,
): Promise<Printout> {
  const { provider, dryRun } = asked;
  const taken = await takeNewKey(context, asked);
  const isRefused = taken.test?.verdict === 'refused';
  const remarks = taken.key === undefined ? [] : await listRemarks(context.host, taken.key);
  return {
    json: { schema: 'holdfast.auth-add/1', ...taken, remarks },
    out: describeAddedKey(provider, taken, { isRefused, isDryRun: dryRun }),
    talk: remarks,
    exit: isRefused ? 4 : 0,
  };
}

/** Runs every check that needs no key first, so that nobody types a key in vain. */
async function takeNewKey(
  { terminal, host }: CommandContext,
  { json: _json, fromEnv, ...asked }: Args<typeof params>,
): Promise<AcceptResult> {
  const { provider, label, verify } = asked;
  // without a test, no model is needed
  const model = asked.model ?? (verify ? undefined : 'any');
  const takeBy = async (runtime: Runtime): Promise<AcceptResult> => {
    const { keys } = runtime;
    if (label !== undefined) keys.stored.checkLabel(provider, label);
    const secret =
      fromEnv === undefined
        ? await terminal.readSecret(`key for ${provider} (not shown): `)
        : requireVariable(runtime, fromEnv);
    const given = { ...asked, copiedFrom: fromEnv, model, verify, secret };
    return untilSignal(terminal, (signal) => keys.accept({ ...given, signal }));
  };
  const taken = await withNewKey(host, provider, takeBy);
  return taken ?? withRuntime({ ...madeFor(provider, model), host }, takeBy);
}

function requireVariable({ host }: Runtime, name: string): string {
  const value = host.environment.get(name);
  if (value !== undefined && value !== '') return value;
  throw mistake(
    `${name} is not set in this shell`,
    `export it first, or leave out --from-env and type the key`,
  );
}

type AcceptResult = Awaited<ReturnType<Runtime['keys']['accept']>>;
type Stored = NonNullable<AcceptResult['key']>;

function describeAddedKey(
  provider: string,
  { key, test, wasThere }: AcceptResult,
  { isRefused, isDryRun }: { readonly isRefused: boolean; readonly isDryRun: boolean },
): string {
  const tried = test === undefined ? '' : `${describeTest(test, 'the given key')}\n`;
  if (isRefused)
    return `${tried}not stored: ${provider} refuses this key\n→ give it one that works; \`--no-verify\` stores this one anyway\n`;
  if (isDryRun) return `${tried}dry run: nothing was stored\n`;
  if (key === undefined) return tried;
  const what = wasThere ? 'was stored already' : 'is stored';
  const how =
    key.verified === 'completion'
      ? 'verified by a completion'
      : 'unverified: it has not been used yet';
  return `${tried}${key.credentialId} (${key.label}) ${what}, ${how}; it is only sent to ${key.origin}\n`;
}

/** These warnings are about what a key looks like. */
const looksOdd: ReadonlySet<string> = new Set([
  'key-quoted',
  'key-assignment',
  'key-concatenated',
  'key-of-other-provider',
  'key-of-other-kind',
]);

/**
 * Lists what comes before the new key or keeps it from being used, while the user can still react.
 */
async function listRemarks(
  host: Host,
  { provider, credentialId, fingerprint }: Stored,
): Promise<readonly string[]> {
  const unnamed = `${provider} is not named in your configuration: requests use this key once main, fallback_chain or a task names ${provider}`;
  const remarks = await withNewKey(host, provider, async (runtime) => {
    const pools = await runtime.keys.report({
      name: provider,
      signal: new AbortController().signal,
    });
    const rows = pools.flatMap(({ keys }) => keys);
    const own = rows.find(({ id }) => id === credentialId);
    const odd = runtime
      .warnings()
      .filter((one) => looksOdd.has(one.code) && one.fingerprint === fingerprint)
      .map(({ text }) => `warning: ${text}`);
    const equal = rows.find((row) => row.fingerprint === fingerprint);
    if (own === undefined && equal !== undefined)
      return [...odd, `${equal.foundAt} holds the same secret; that place is used first`];
    if (own?.shadowedBy === undefined) return odd;
    return [
      ...odd,
      `${own.shadowedBy} outranks it: requests use that key first and this one as a spare`,
    ];
  });
  return remarks ?? [unnamed];
}

/** Uses the user's own configuration. Returns undefined if it does not have the provider. */
function withNewKey<T>(
  host: Host,
  provider: string,
  use: (runtime: Runtime) => Promise<T>,
): Promise<T | undefined> {
  return withRuntimeUnless(isUnconfigured, { ...inPlace, host }, (runtime) =>
    runtime.config().providers.has(provider) ? use(runtime) : undefined,
  );
}

/** Builds a runtime for this key alone; the catalogue supplies the provider's address. */
function madeFor(provider: string, wished: string | undefined): RuntimeOptions {
  const entry = builtinEntries.find(({ name }) => name === provider);
  if (entry === undefined) throw providerNotKnown(provider);
  const model = wished ?? entry.defaultModel;
  if (model === undefined) {
    throw mistake(
      `no model of ${provider} is known to try the key with`,
      'say which: --model MODEL, or store it untried: --no-verify',
    );
  }
  const main = model.startsWith(`${provider}/`) ? model : `${provider}/${model}`;
  return { store: 'in-place', mayLackKeys: true, config: { main } };
}

function providerNotKnown(name: string): AccessError {
  if (new Redactor().redact(name) !== name)
    return mistake(
      'a key was given in the place of a provider',
      'name its provider alone; the key is asked for, or read from stdin',
    );
  const names = builtinEntries.map((entry) => entry.name);
  const meant = askWhetherMeant(name, names);
  const own = `a server of your own is named in config.yaml first: providers.${name}.base_url and protocol`;
  return mistake(
    `there is no provider called ${name}`,
    meant === undefined ? own : `${meant} Else ${own}`,
  );
}
