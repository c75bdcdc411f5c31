/** `holdfast auth add`: takes a key from a hidden prompt or a pipe, tries it, stores it, and says what outranks it. */

import { findNearest } from '../../../config/nearest.ts';
import { AccessError, ConfigError } from '../../../errors.ts';
import { builtinEntries } from '../../../providers/builtin.ts';
import { createRuntime, type Runtime } from '../../../runtime.ts';
import { describeTest } from '../../key-lines.ts';
import { printJson, type Terminal } from '../../terminal.ts';

export interface AuthAddOptions {
  readonly label?: string;
  readonly account?: string;
  readonly model?: string;
  /** False with `--no-verify`. */
  readonly verify: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** 0 when the key was stored, or would have been; 4 when the provider refused it. */
export async function authAdd(
  terminal: Terminal,
  provider: string,
  options: AuthAddOptions,
): Promise<number> {
  const taken = await take(terminal, provider, options);
  const isRefused = taken.test?.verdict === 'refused';
  const remarks = taken.key === undefined ? [] : await listRemarks(taken.key);
  if (options.json === true) {
    printJson(terminal, 'holdfast.auth-add/1', { ...taken, remarks });
  } else {
    terminal.out(describe(provider, taken, { isRefused, isDryRun: options.dryRun === true }));
    for (const remark of remarks) terminal.talk(`${remark}\n`);
  }
  return isRefused ? 4 : 0;
}

/** Whatever can be refused is refused before anybody types a key, and before the provider is asked. */
async function take(terminal: Terminal, provider: string, options: AuthAddOptions): Promise<Taken> {
  const { label, account, dryRun, verify } = options;
  // What is not tried needs no model to be tried with.
  const model = options.model ?? (verify ? undefined : 'any');
  const runtime = (await openOwn(provider)) ?? openFor(provider, model);
  const caller = new AbortController();
  let stop = (): void => undefined;
  try {
    if (label !== undefined) runtime.keys.stored.checkLabel(provider, label);
    const secret = await terminal.readSecret(`key for ${provider} (not shown): `);
    stop = terminal.onSignal(['SIGINT', 'SIGTERM'], () => caller.abort());
    return await runtime.keys.take({
      provider,
      secret,
      verify,
      signal: caller.signal,
      ...(model === undefined ? {} : { model }),
      ...(label === undefined ? {} : { label }),
      ...(account === undefined ? {} : { account }),
      ...(dryRun === undefined ? {} : { dryRun }),
    });
  } finally {
    stop();
    await runtime.close();
  }
}

type Taken = Awaited<ReturnType<Runtime['keys']['take']>>;

function describe(
  provider: string,
  { key, test, wasThere }: Taken,
  { isRefused, isDryRun }: { readonly isRefused: boolean; readonly isDryRun: boolean },
): string {
  const tried = test === undefined ? '' : `${describeTest(test, 'the given key')}\n`;
  if (isRefused)
    return `${tried}not stored: ${provider} refuses this key; \`--no-verify\` stores it all the same\n`;
  if (isDryRun) return `${tried}dry run: nothing was stored\n`;
  if (key === undefined) return tried;
  const what = wasThere ? 'was stored already' : 'is stored';
  const how =
    key.verified === 'completion' ? 'verified by a completion' : 'unverified: nobody has seen it work yet';
  return `${tried}${key.credentialId} (${key.label}) ${what}, ${how}; it is only sent to ${key.origin}\n`;
}

/** Warnings about what a key looks like. */
const looksOdd: ReadonlySet<string> = new Set([
  'key-quoted',
  'key-assignment',
  'key-concatenated',
  'key-of-other-provider',
]);

/** What stands before the key, or keeps it out of use, said at the moment it is added. */
async function listRemarks(key: NonNullable<Taken['key']>): Promise<readonly string[]> {
  const { provider, credentialId, fingerprint } = key;
  const runtime = await openOwn(provider);
  if (runtime === undefined) {
    return [
      `${provider} is not named in your configuration: requests use this key once main, fallback_chain or a task names ${provider}`,
    ];
  }
  try {
    const pools = await runtime.keys.report({ name: provider, signal: new AbortController().signal });
    const rows = pools.flatMap(({ keys }) => keys);
    const own = rows.find(({ id }) => id === credentialId);
    const looks = runtime
      .warnings()
      .filter(({ code, text }) => looksOdd.has(code) && text.includes(fingerprint));
    const odd = looks.map(({ text }) => `warning: ${text}`);
    const equal = rows.find((row) => row.fingerprint === fingerprint);
    if (own === undefined)
      return equal === undefined
        ? odd
        : [...odd, `${equal.foundAt} holds the same secret; that place is used first`];
    if (own.shadowedBy === undefined) return odd;
    return [...odd, `${own.shadowedBy} outranks it: requests use that key first and this one as a spare`];
  } finally {
    await runtime.close();
  }
}

/** The user's own runtime, where it knows the provider. */
async function openOwn(provider: string): Promise<Runtime | undefined> {
  try {
    const runtime = createRuntime({ store: 'in-place', onEvent: () => undefined, mayLackKeys: true });
    if (runtime.config().providers.has(provider)) return runtime;
    await runtime.close();
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError && error.code === 'nothing-configured') return undefined;
    throw error;
  }
}

/** A runtime made for this key alone: the catalogue knows where it belongs. */
function openFor(provider: string, wished: string | undefined): Runtime {
  const entry = builtinEntries.find(({ name }) => name === provider);
  if (entry === undefined) throw unknownProvider(provider);
  const model = wished ?? entry.defaultModel;
  if (model === undefined) {
    throw new AccessError('request-invalid', `no model of ${provider} is known to try the key with`, {
      howToFix: 'say which: --model MODEL, or store it untried: --no-verify',
    });
  }
  const main = model.startsWith(`${provider}/`) ? model : `${provider}/${model}`;
  return createRuntime({ store: 'in-place', mayLackKeys: true, config: { main } });
}

function unknownProvider(name: string): AccessError {
  const near = findNearest(
    name,
    builtinEntries.map((entry) => entry.name),
  );
  const own = `a server of your own is named in config.yaml first: providers.${name}.base_url and protocol`;
  return new AccessError('request-invalid', `there is no provider called ${name}`, {
    howToFix: near === undefined ? own : `did you mean ${near}? Else ${own}`,
  });
}
