/** Reads a credential's secret through its source, at lease time and never before (law 4). Nothing is kept but its fingerprint. */

import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import type { Dotenv } from '../config/dotenv.ts';
import { assertNever } from '../errors.ts';
import type { Environment } from '../host.ts';
import type { Credential, FileLocation, PendingReading, Secret, SecretReading } from '../model/credential.ts';
import type { Redactor } from './redact.ts';

/** Our own gateway keys begin so; one of them is never a provider's secret (law 12). */
const gatewayKeyPrefix = 'hf_';

export interface SecretReader {
  /** What can be known now, without waiting: files and variables are read, a command's output comes from its cache. */
  peek(credential: Credential): SecretReading | PendingReading;
  /** Reads for a lease, waiting where the source must be asked; one asking serves all who wait. */
  read(credential: Credential, signal: AbortSignal): Promise<SecretReading>;
  /**
   * After a provider refused the secret with this fingerprint (law 8): reads the source again, runs the command again,
   * refreshes the token. Single-flight for all who wait; a failure of it never touches what is stored.
   */
  recover(credential: Credential, refused: string, signal: AbortSignal): Promise<SecretReading>;
}

interface Found {
  readonly value: string;
  readonly at: string;
}

export function createSecretReader(parts: {
  readonly dotenv: Dotenv;
  readonly environment: Environment;
  readonly redactor: Redactor;
}): SecretReader {
  const fingerprints = new Map<string, string>();
  const look = (credential: Credential): SecretReading => {
    const found = lookUp(credential, parts);
    if (Array.isArray(found)) return unset(found);
    const reading = judge(found);
    if (reading.state !== 'ok') return reading;
    parts.redactor.register(reading.value);
    const fingerprint = remember(fingerprints, `${credential.origin}\n${reading.value}`);
    return { state: 'ok', secret: createSecret(reading.value, fingerprint), fingerprint, foundAt: found.at };
  };
  return {
    peek: look,
    read: async (credential) => look(credential),
    recover: async (credential) => look(credential),
  };
}

/** What was found, or the places that were looked in. */
function lookUp(
  credential: Credential,
  parts: { readonly dotenv: Dotenv; readonly environment: Environment },
): Found | string[] {
  const { locator, location } = credential;
  const named = location === undefined ? '' : `${formatLocation(location)} → `;
  switch (locator.kind) {
    case 'literal':
      return { value: locator.value, at: location === undefined ? 'config' : formatLocation(location) };
    case 'variable': {
      const looked: string[] = [];
      for (const place of locator.places) {
        const found =
          place === 'dotenv'
            ? lookInDotenv(parts.dotenv, locator.variable)
            : lookInEnvironment(parts.environment, locator.variable);
        if (found !== undefined) return { value: found.value, at: `${named}${found.at}` };
        looked.push(
          place === 'dotenv'
            ? `${locator.variable} in ${parts.dotenv.path}`
            : `${locator.variable} in the environment`,
        );
      }
      return looked;
    }
    case 'file':
    case 'command':
    case 'keychain':
    case 'stored':
    case 'oauth':
      return [locator.kind];
    default:
      return assertNever(locator);
  }
}

function lookInDotenv(dotenv: Dotenv, variable: string): Found | undefined {
  const found = dotenv.lookup(variable);
  return found === undefined ? undefined : { value: found.value, at: `.env:${found.line}` };
}

function lookInEnvironment(environment: Environment, variable: string): Found | undefined {
  const value = environment.get(variable);
  return value === undefined ? undefined : { value, at: `environment ${variable}` };
}

function formatLocation(location: FileLocation): string {
  return `${location.path.split(/[\\/]/).at(-1)}:${location.line}`;
}

function unset(lookedIn: readonly string[]): SecretReading {
  return { state: 'unset', lookedIn, detail: `not set: looked for ${lookedIn.join(', then ')}` };
}

type Judged =
  | { readonly state: 'ok'; readonly value: string }
  | Exclude<SecretReading, { readonly state: 'ok' }>;

function judge(found: Found): Judged {
  const value = found.value.trim();
  const lookedIn = [found.at];
  if (value === '') return { state: 'empty', lookedIn, detail: `${found.at} is set but empty` };
  if (!/^[\x21-\x7e]+$/.test(value)) {
    return {
      state: 'malformed',
      lookedIn,
      detail: `${found.at} holds spaces, control or non-ASCII characters, which no key has`,
    };
  }
  if (value.startsWith(gatewayKeyPrefix)) {
    return {
      state: 'malformed',
      lookedIn,
      detail: `${found.at} holds a Holdfast gateway key (${gatewayKeyPrefix}…), not a provider's key`,
    };
  }
  return { state: 'ok', value };
}

function remember(fingerprints: Map<string, string>, identity: string): string {
  const known = fingerprints.get(identity);
  if (known !== undefined) return known;
  const fingerprint = `sha256:${createHash('sha256').update(identity).digest('hex').slice(0, 16)}`;
  fingerprints.set(identity, fingerprint);
  return fingerprint;
}

function createSecret(value: string, fingerprint: string): Secret {
  return {
    reveal: () => value,
    toJSON: () => fingerprint,
    toString: () => fingerprint,
    ...{ [inspect.custom]: () => fingerprint },
  };
}
