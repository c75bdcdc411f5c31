/** Resolves one entry under `credentials:`: its source, and how to read the secret from it. */

import type { CommandSource, SecretLocator, SecretSource } from '../../model/credential.ts';
import { defaults } from '../../model/defaults.ts';
import { wholeVariable } from '../schema/interpolate.ts';
import type { CredentialSettings, KeyPath } from '../schema/schema.ts';
import { maskInPrint } from '../secrets/masked.ts';
import type { ResolveContext } from './resolve-context.ts';
import { refuseCommand, type SplitCommand, splitCommand } from './split-command.ts';

export interface NamedSource {
  readonly source: SecretSource;
  readonly locator: SecretLocator;
}

/** Keys that name a source; an entry has exactly one of them. */
const sourceKeys = ['env', 'api_key', 'file', 'command', 'keychain', 'caller'] as const;

/** Keys, the key that they require, and the message without that. */
const companions = [
  [['shell', 'timeout', 'ttl'], 'command', 'a command', 'name a command'],
  [['env_file'], 'env', 'a variable', 'name the variable as env'],
  [['pointer'], 'file', 'a file', 'name the file'],
  [['fallback'], 'caller', "a caller's login", 'write caller: true'],
] as const;

/** Undefined after a problem. */
export function resolveSource(
  context: ResolveContext,
  settings: CredentialSettings,
  path: KeyPath,
): NamedSource | undefined {
  const named = sourceKeys.filter((key) => settings[key] !== undefined);
  if (named.length !== 1) {
    const several = `names several sources: ${named.join(', ')}`;
    if (named.length > 0) context.findings.problem(path, several, 'keep one of them');
    else complainOfNone(context, settings, path);
    return undefined;
  }
  const lonely = companions.flatMap(([keys, of, owner, fix]) =>
    keys
      .filter((key) => settings[key] !== undefined && settings[of] === undefined)
      .map((key) => ({ key, owner, fix })),
  );
  for (const { key, owner, fix } of lonely)
    context.findings.problem([...path, key], `belongs to ${owner}`, `remove it, or ${fix}`);
  return lonely.length === 0 ? nameLocator(context, settings, path) : undefined;
}

function complainOfNone(
  { findings }: ResolveContext,
  { label }: CredentialSettings,
  path: KeyPath,
): void {
  const name = label === undefined ? '' : ` "${label}"`;
  const others = sourceKeys.filter((key) => key !== 'env' && key !== 'caller').join(', ');
  const message = `credential${name} does not say where its key is`;
  findings.problem(path, message, `add env: NAME (or one of ${others})`);
}

function nameLocator(
  context: ResolveContext,
  settings: CredentialSettings,
  path: KeyPath,
): NamedSource | undefined {
  const { env, env_file: envFile, api_key: key, file, pointer, command, keychain } = settings;
  if (env !== undefined && envFile !== undefined)
    return {
      source: 'config',
      locator: { kind: 'variable', variable: env, places: [], file: resolvePath(context, envFile) },
    };
  if (env !== undefined) return { source: 'config', locator: toVariable(env) };
  if (key !== undefined) return { source: 'config', locator: toLocator(key) };
  if (file !== undefined)
    return { source: 'file', locator: { kind: 'file', path: resolvePath(context, file), pointer } };
  if (keychain !== undefined)
    return { source: 'keychain', locator: { kind: 'keychain', ...toEntry(keychain) } };
  if (settings.caller === true) return nameCaller(context, settings, path);
  if (command === undefined) return undefined;
  const run = toCommand(context, { ...settings, command }, [...path, 'command']);
  return run === undefined
    ? undefined
    : { source: 'command', locator: { kind: 'command', ...run } };
}

/** Whose limits and money a caller's login shares, its vendor says and not the configuration. */
function nameCaller(
  { findings }: ResolveContext,
  settings: CredentialSettings,
  path: KeyPath,
): NamedSource {
  for (const key of ['account', 'budget'] as const)
    if (settings[key] !== undefined)
      findings.problem([...path, key], "cannot be set for callers' logins", 'remove it');
  return { source: 'caller', locator: { kind: 'caller' } };
}

/** A whole `${VARIABLE}` stays a reference; any other text is the secret itself. */
export function toLocator(text: string): SecretLocator {
  const variable = wholeVariable(text);
  if (variable !== undefined) return toVariable(variable);
  return maskInPrint({ kind: 'literal', value: text }, { kind: 'literal' });
}

function toVariable(variable: string): SecretLocator {
  return { kind: 'variable', variable, places: ['dotenv', 'env'] };
}

/** Expands `~`; a relative path starts at the config's folder. */
export function resolvePath({ folder, places }: ResolveContext, path: string): string {
  if (path === '~' || path.startsWith('~/')) {
    const home = places.environment.get('HOME') ?? places.environment.get('USERPROFILE') ?? '';
    return `${home}${path.slice(1)}`;
  }
  if (path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)) return path;
  return `${folder}/${path.replace(/^(\.\/)+/, '')}`;
}

function toEntry(keychain: string | { readonly service: string; readonly account: string }): {
  readonly service: string;
  readonly account: string;
} {
  if (typeof keychain !== 'string') return keychain;
  const slash = keychain.indexOf('/');
  return { service: keychain.slice(0, slash), account: keychain.slice(slash + 1) };
}

/** A program with a slash is a path, resolved like any other; one without is looked up in PATH. */
function toCommand(
  context: ResolveContext,
  settings: CredentialSettings & { readonly command: string | readonly string[] },
  path: KeyPath,
): CommandSource | undefined {
  const {
    command,
    shell = false,
    timeout = defaults.command.timeout,
    ttl = defaults.command.ttl,
  } = settings;
  const split = shell ? takeShellText(command) : splitCommand(command);
  if (!split.isValid) {
    context.findings.problem(path, split.message, split.fix);
    return undefined;
  }
  const [program = '', ...rest] = split.words;
  const isPath = !shell && program.includes('/');
  const words = [isPath ? resolvePath(context, program) : program, ...rest];
  return { command: words, shell, timeoutMs: timeout * 1000, ttlMs: ttl * 1000 };
}

function takeShellText(command: string | readonly string[]): SplitCommand {
  return typeof command === 'string'
    ? { isValid: true, words: [command] }
    : refuseCommand(
        'is a list, and a shell takes one text',
        'write one text, or remove shell: true',
      );
}
