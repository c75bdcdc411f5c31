/**
 * Holds the configuration in force: checks its files at each use, applies only valid changes, and
 * keeps the last good one.
 */

import { dirname } from 'node:path';
import { ConfigError, formatProblem } from '../../errors.ts';
import { describeFileFault } from '../../host/file-fault.ts';
import type { Host } from '../../host.ts';
import type { EventListener } from '../../model/events.ts';
import {
  type CredentialsContent,
  type CredentialsFile,
  createCredentialsFile,
} from '../files/credentials-file.ts';
import { createDotenv, type Dotenv, type DotenvContent } from '../files/dotenv.ts';
import { describeOddHome } from '../files/odd-home.ts';
import type { Paths } from '../files/paths.ts';
import { type FileContent, TrackedFile } from '../files/tracked-file.ts';
import { type LoadedSettings, loadGiven, loadText } from '../resolve/load.ts';
import { resolveLoaded, resolveUsable } from '../resolve/resolve.ts';
import { type ConfigFlags, lookFor, type VariablePlaces } from '../resolve/resolve-context.ts';
import { resolveZeroConfig } from '../resolve/zero-config.ts';
import type { ResolvedConfig } from '../resolved/resolved.ts';
import type { VariableLook, VariableLookup } from '../schema/interpolate.ts';
import { readDocument } from '../yaml/document.ts';

export interface ConfigHolderOptions {
  readonly host: Host;
  readonly paths: Paths;
  readonly flags?: ConfigFlags | undefined;
  /** Replaces the file by a config object. */
  readonly given?: unknown;
  readonly onEvent: EventListener;
  /** Removes keys from messages about a configuration. Default: no redaction. */
  readonly redactor?: TextRedactor;
  /** Accepts a configuration without any key. Default: false. */
  readonly mayLackKeys?: boolean;
  /** Uses the good part of a broken configuration, and warns of each problem. Default: false. */
  readonly mayBeBroken?: boolean;
  /**
   * The text in force in the process that this one belongs to: it starts with that where the file
   * cannot be used any more.
   */
  readonly inForce?: string | undefined;
}

/** Removes known secrets from texts. */
export interface TextRedactor {
  register(secret: string): void;
  redact(text: string): string;
}

/** Variables with such names are treated as secrets wherever a configuration uses them. */
const secretNames = /key|token|secret|password/i;

/** All inputs of the configuration, read at one moment. */
interface ConfigLook {
  /** Undefined if the configuration was given as an object. */
  readonly text: FileContent | undefined;
  readonly variables: DotenvContent;
  readonly stored: CredentialsContent;
}

/**
 * At the start some key must exist. Later one may be about to appear, so a missing key is only a
 * warning.
 */
type WhenKeyless = 'refuse' | 'warn';

export class ConfigHolder {
  /** The `.env` with which the configuration was resolved. */
  readonly dotenv: Dotenv;
  /** The stored keys with which the configuration was resolved. */
  readonly credentialsFile: CredentialsFile;
  readonly #options: ConfigHolderOptions;
  readonly #places: VariablePlaces;
  /** Undefined if the configuration was given as an object. */
  readonly #file: TrackedFile<FileContent> | undefined;
  readonly #watcher: { close(): void };
  #seen: ConfigLook;
  #config: ResolvedConfig;
  /** What a gateway has taken at its start. */
  readonly #started: ResolvedConfig;
  #generation = 0;
  #hadFile = false;

  /** The text of the file that is in force; undefined if no file is. */
  inForce: string | undefined;

  /** Says why the configuration in the file is not in force; undefined if it is. */
  refused: string | undefined;

  /** The first of its problems, with its place. */
  refusedFor: string | undefined;

  /** Throws a `ConfigError` if there is no usable configuration at the start. */
  constructor(options: ConfigHolderOptions) {
    const { host, paths, given } = options;
    this.#options = options;
    this.dotenv = createDotenv(host, paths.dotenvFile);
    this.credentialsFile = createCredentialsFile(host, paths.credentialsFile);
    const { environment, files } = host;
    this.#places = { dotenv: this.dotenv, environment, files };
    const path = paths.configFile;
    if (given === undefined)
      this.#file = new TrackedFile({
        host,
        path,
        parse: (content) => content,
        isSuspect: isHalfWrittenConfig,
      });
    this.#seen = this.#look();
    this.#config = this.#start();
    this.#started = this.#config;
    this.#announceWarnings(undefined);
    this.#watcher = host.files.watch(paths.folder, () => void this.current());
  }

  /**
   * The current configuration; the same object until something changes. Costs three stats if
   * nothing changed.
   */
  readonly current = (): ResolvedConfig => {
    const { text, variables, stored } = this.#seen;
    const isSame =
      this.#file?.current() === text &&
      this.dotenv.current() === variables &&
      this.credentialsFile.current() === stored;
    if (!isSame) this.#take();
    return this.#config;
  };

  /** Reads everything again, changed or not; refuses a broken file like `current`. */
  reload(): ResolvedConfig {
    this.#file?.reread();
    this.#take();
    return this.#config;
  }

  close(): void {
    this.#watcher.close();
  }

  #start(): ResolvedConfig {
    const { inForce } = this.#options;
    if (inForce === undefined) return this.#resolveBlanked('refuse');
    this.#hadFile = true;
    const seen = this.#seen;
    try {
      return this.#resolveBlanked('warn');
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#refuse(error);
      this.#seen = { ...seen, text: { state: 'text', text: inForce } };
      return this.#resolveBlanked('warn');
    } finally {
      this.#seen = seen;
    }
  }

  #look(): ConfigLook {
    return {
      text: this.#file?.current(),
      variables: this.dotenv.current(),
      stored: this.credentialsFile.current(),
    };
  }

  #take(): void {
    const before = this.#seen;
    // Remembered even if it is refused, so that one change is reported once.
    this.#seen = this.#look();
    const { onEvent, paths } = this.#options;
    const previous = this.#config;
    try {
      this.#config = this.#resolveBlanked('warn');
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      onEvent({ type: 'config-refused', path: paths.configFile, text: this.#refuse(error) });
      return;
    }
    this.refused = undefined;
    this.refusedFor = undefined;
    onEvent({
      type: 'config-reloaded',
      path: paths.configFile,
      text: `${nameChange(before, this.#seen)} in force${describeWaiting(this.#started, this.#config)}`,
    });
    this.#announceWarnings(previous);
  }

  #refuse(error: ConfigError): string {
    this.refusedFor = describeRefusal(error);
    this.refused = `the changed configuration is refused, the last good one stays:\n${error.message}`;
    return this.refused;
  }

  #resolveBlanked(whenKeyless: WhenKeyless): ResolvedConfig {
    try {
      const config = this.#resolve(whenKeyless);
      const { text } = this.#seen;
      this.inForce = text?.state === 'text' ? text.text : undefined;
      this.#generation += 1;
      return { ...config, generation: this.#generation };
    } catch (error) {
      throw error instanceof ConfigError ? this.#blank(error) : error;
    }
  }

  #resolve(whenKeyless: WhenKeyless): ResolvedConfig {
    const { paths, given } = this.#options;
    const input = {
      places: this.#places,
      flags: this.#options.flags ?? {},
      folder: given === undefined ? dirname(paths.configFile) : paths.folder,
      stored: this.#seen.stored,
      whenKeyless: this.#options.mayLackKeys === true ? undefined : whenKeyless,
    };
    const { text: content } = this.#seen;
    const { files } = this.#options.host;
    if (given === undefined && content?.state === 'absent') {
      if (paths.isConfigNamed) throw missingConfig(this.#options.host, paths.configFile);
      // Without a config, the environment would select a provider that no one has named.
      if (this.#hadFile) throw goneConfig(paths.configFile);
      return resolveZeroConfig({ ...input, configFile: paths.configFile, files });
    }
    const loaded = this.#load(content);
    this.#hadFile ||= given === undefined && loaded.isValid;
    const origin =
      given === undefined
        ? ({ kind: 'file', path: paths.configFile } as const)
        : ({ kind: 'given' } as const);
    return this.#options.mayBeBroken === true
      ? this.#resolveAnyway(loaded, input, origin)
      : resolveLoaded(loaded, input, origin);
  }

  #resolveAnyway(...given: Parameters<typeof resolveLoaded>): ResolvedConfig {
    try {
      return resolveLoaded(...given);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const { problems } = this.#blank(error);
      const told = problems.map((one) => ({ code: 'config-refused', text: formatProblem(one) }));
      const usable = resolveUsable(...given);
      return { ...usable, warnings: [...told, ...usable.warnings] };
    }
  }

  /** Looks in `.env`, then in the environment. A secret is not printed from then on. */
  lookUp(variable: string): VariableLook {
    const look = lookFor(this.#places, variable);
    if (look.state === 'found' && secretNames.test(variable))
      this.#options.redactor?.register(look.value);
    return look;
  }

  /** A problem may quote a value, which may be a key in the wrong place. */
  #blank(error: ConfigError): ConfigError {
    const { redactor } = this.#options;
    return redactor === undefined ? error : error.mapTexts((text) => redactor.redact(text));
  }

  /** What may be a secret is known before anything of a configuration is printed. */
  #load(content: FileContent | undefined): LoadedSettings {
    const loaded = this.#read(content);
    for (const value of loaded.added ?? []) this.#options.redactor?.register(value);
    return loaded;
  }

  #read(content: FileContent | undefined): LoadedSettings {
    const lookup: VariableLookup = (variable) => this.lookUp(variable);
    if (content === undefined) return loadGiven(this.#options.given, lookup);
    const path = this.#options.paths.configFile;
    if (content.state === 'text') return loadText(path, content.text, lookup);
    const [message, fix] =
      content.state === 'unreadable'
        ? [content.reason, content.fix]
        : ['does not exist', { text: 'put a file there that this user can read' }];
    return { isValid: false, problems: [{ path, key: '(file)', message, fix }] };
  }

  #announceWarnings(previous: ResolvedConfig | undefined): void {
    const earlier = new Set(previous?.warnings.map(({ text }) => text));
    for (const warning of this.#config.warnings) {
      if (!earlier.has(warning.text)) this.#options.onEvent({ type: 'warning', ...warning });
    }
  }
}

function describeRefusal({ problems, message }: ConfigError): string {
  const [first] = problems;
  if (first === undefined) return message;
  const place = first.line === undefined ? first.path : `${first.path}:${first.line}`;
  return `${place} ${first.key}: ${first.message}`;
}

function missingConfig({ environment, files }: Host, path: string): ConfigError {
  const fault = files.findFileFault(path);
  const said = fault === undefined ? 'does not exist' : describeFileFault(fault);
  const text = 'create it, or correct or unset HOLDFAST_CONFIG';
  const { message, fix } = describeOddHome(environment, files, path) ?? {
    message: said,
    fix: { text },
  };
  return new ConfigError('config-missing', [{ path, key: 'HOLDFAST_CONFIG', message, fix }]);
}

function goneConfig(path: string): ConfigError {
  const fix = { text: 'put it back, or restart without it' };
  return new ConfigError('config-missing', [{ path, key: '(file)', message: 'is gone', fix }]);
}

/** True if the file is probably being written: it is empty, missing or invalid YAML. */
function isHalfWrittenConfig(content: FileContent, previous: FileContent): boolean {
  if (previous.state !== 'text') return false;
  if (content.state !== 'text') return true;
  return content.text.trim() === '' || readDocument('', content.text).problems.length > 0;
}

/** A login that is renewed or has ended changes no configuration. */
function nameChange(before: ConfigLook, now: ConfigLook): string {
  const isOfKeys =
    before.text === now.text && before.variables === now.variables && before.stored !== now.stored;
  return isOfKeys ? 'the changed credentials.json is' : 'the changed configuration is';
}

/** These are read once, when a gateway starts. */
const takenAtStart: Readonly<Record<string, (config: ResolvedConfig) => unknown>> = {
  'gateway.host': ({ gateway }) => gateway.host.value,
  'gateway.port': ({ gateway }) => gateway.port.value,
  'gateway.memory': ({ gateway }) => gateway.memory,
  'log.folder': ({ log }) => log.folder,
  'log.format': ({ log }) => log.format,
  state: ({ state }) => state,
};

function describeWaiting(started: ResolvedConfig, now: ResolvedConfig): string {
  const waiting = Object.entries(takenAtStart).flatMap(([name, read]) =>
    read(started) === read(now) ? [] : [`${name} (${read(started) ?? 'the default'})`],
  );
  return waiting.length === 0
    ? ''
    : `, but a gateway that runs keeps ${waiting.join(', ')} until it is restarted`;
}
