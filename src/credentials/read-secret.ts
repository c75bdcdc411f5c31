/** Reads a credential's secret through its source, at lease time and never before (law 4). Nothing is kept but its fingerprint. */

import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import type { Dotenv } from '../config/dotenv.ts';
import { assertNever } from '../errors.ts';
import type { Environment } from '../host.ts';
import type { Credential, FileLocation, Secret, SecretReading } from '../model/credential.ts';
import type { Redactor } from './redact.ts';

/** Our own gateway keys begin so; one of them is never a provider's secret (law 12). */
const gatewayKeyPrefix = 'hf_';

export interface SecretReader {
  read(credential: Credential): SecretReading;
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
  return {
    read: (credential) => {
      const found = lookUp(credential, parts);
      if (Array.isArray(found)) return unset(found);
      const reading = judge(found);
      if (reading.state !== 'ok') return reading;
      parts.redactor.register(reading.value);
      const fingerprint = remember(fingerprints, `${credential.origin}\n${reading.value}`);
      return {
        state: 'ok',
        secret: createSecret(reading.value, fingerprint),
        fingerprint,
        foundAt: found.at,
      };
    },
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
  | Extract<SecretReading, { readonly state: 'unset' | 'empty' | 'malformed' }>;

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
