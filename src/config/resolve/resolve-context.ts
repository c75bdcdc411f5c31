/** Provides the input of all resolving, and collects its problems and warnings. */

import { basename } from 'node:path';
import { type ConfigProblem, formatFix } from '../../errors.ts';
import type { Environment } from '../../host.ts';
import type { FileLocation } from '../../model/credential.ts';
import type { Warning } from '../../model/events.ts';
import type { Fix } from '../../model/fix.ts';
import type { CredentialsContent } from '../files/credentials-file.ts';
import { type Dotenv, lookForVariable } from '../files/dotenv.ts';
import type { NearPlaces } from '../files/near-variable.ts';
import type { GatewaySettings } from '../resolved/resolved.ts';
import type { VariableLook } from '../schema/interpolate.ts';
import type { KeyPath, Settings } from '../schema/schema.ts';
import { type Judged, judgeSecret } from '../secrets/judge-secret.ts';
import { type SourceDocument, toProblem } from '../yaml/document.ts';
import { isOwnGateway } from './base-url.ts';

/** Earlier places win. */
export interface VariablePlaces {
  readonly dotenv: Dotenv;
  readonly environment: Environment;
  /** Only for what people are told of a variable that is not set. */
  readonly files: NearPlaces['files'];
}

/** Flags of the command line win over everything else. */
export interface ConfigFlags {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

export interface ResolveInput {
  readonly settings: Settings;
  readonly document: SourceDocument;
  readonly places: VariablePlaces;
  readonly flags: ConfigFlags;
  /** Relative paths in the config start here. */
  readonly folder: string;
  readonly stored: CredentialsContent;
  /**
   * Result for a configuration without any key, with which no request could be sent. Default: not
   * reported.
   */
  readonly whenKeyless?: 'refuse' | 'warn' | undefined;
}

export interface ResolveContext extends ResolveInput {
  readonly gateway: GatewaySettings;
  readonly findings: Findings;
}

/** True if the origin is this configuration's own gateway. */
export function isOurAddress({ gateway: { host, port } }: ResolveContext, origin: string): boolean {
  return isOwnGateway(origin, { host: host.value, port: port.value });
}

/** Keeps all problems and warnings of one resolving, each once. */
export class Findings {
  readonly problems: ConfigProblem[] = [];
  readonly warnings: Warning[] = [];
  readonly #document: SourceDocument;

  constructor(document: SourceDocument) {
    this.#document = document;
  }

  problem(
    path: KeyPath,
    message: string,
    fix: string | ({ readonly fix: string } & Pick<ConfigProblem, 'typo' | 'lacks'>),
  ): void {
    const facts = typeof fix === 'string' ? { fix } : fix;
    this.problems.push(toProblem(this.#document, path, { message, ...facts }));
  }

  /** Adds a problem of a variable or a flag, which has no place in the file. */
  outsideProblem(path: 'environment' | 'flag', problem: Omit<ConfigProblem, 'path'>): void {
    this.problems.push({ path, ...problem });
  }

  warn(code: string, what: string, fix?: Fix): void {
    const text = fix === undefined ? what : `${what}. To fix: ${formatFix(fix)}`;
    if (!this.warnings.some((warning) => warning.text === text))
      this.warnings.push({ code, text, ...(fix && { what, fix }) });
  }
}

/** Returns `config.yaml:12`, or `given config`. */
export function formatSource(document: SourceDocument, path: KeyPath): string {
  const place = document.locate(path);
  return place === undefined ? document.path : `${basename(document.path)}:${place.line}`;
}

/** The place of a credential in the config; undefined for a config given as an object. */
export function locationOf(document: SourceDocument, path: KeyPath): FileLocation | undefined {
  const place = document.locate(path);
  return place && { path: basename(document.path), line: place.line };
}

/**
 * Checks a variable's value. A fault reads like `XAI_API_KEY at .env:3 is set but empty`. Undefined
 * if the variable is unset.
 */
export function judgeVariable(places: VariablePlaces, name: string): Judged | undefined {
  const value = lookupVariable(places, name);
  return value === undefined ? undefined : judgeSecret(value, describeVariablePlace(places, name));
}

function describeVariablePlace(places: VariablePlaces, name: string): string {
  const line = places.dotenv.current().variables.get(name)?.line;
  return line === undefined
    ? `${name} in the environment`
    : `${name} at ${basename(places.dotenv.path)}:${line}`;
}

export type LookupPlace = 'dotenv' | 'env';

export function lookupIn(
  place: LookupPlace,
  { dotenv, environment }: Omit<VariablePlaces, 'files'>,
  name: string,
): string | undefined {
  return place === 'dotenv' ? dotenv.current().variables.get(name)?.value : environment.get(name);
}

/** Looks in `.env`, then in the environment. */
export function lookFor(
  { dotenv, environment }: Omit<VariablePlaces, 'files'>,
  name: string,
): VariableLook {
  const look = lookForVariable(dotenv, name);
  if (look.state === 'found') return look;
  const other = lookInEnvironment(environment, name);
  return other.state === 'found' ? other : look;
}

export function lookInEnvironment(
  environment: Pick<Environment, 'get'>,
  name: string,
): VariableLook {
  const value = environment.get(name);
  return value === undefined ? { state: 'absent' } : { state: 'found', value };
}

export function lookupVariable(places: VariablePlaces, name: string): string | undefined {
  const look = lookFor(places, name);
  return look.state === 'found' ? look.value : undefined;
}
