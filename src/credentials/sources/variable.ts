/** The source of a secret in a variable: of Holdfast's own `.env`, of the environment of this process, or of another dotenv file. */

import { createDotenv, type Dotenv } from '../../config/files/dotenv.ts';
import type { Environment, Host } from '../../host.ts';
import type { Credential } from '../../model/credential.ts';
import { createLookedAt, createOnce, type Finding, type LocatorOf, type Source, via } from './source.ts';

interface LookedPlaces {
  readonly dotenv: Dotenv;
  readonly environment: Environment;
}

export function createVariableSource(
  host: Host,
  dotenv: Dotenv,
): (credential: Credential, locator: LocatorOf<'variable'>) => Source {
  const places = { dotenv, environment: host.environment };
  const track = createOnce((path: string) => createDotenv(host, path));
  return (credential, locator) =>
    createLookedAt(() =>
      locator.file === undefined
        ? lookUp(places, credential, locator)
        : lookUpInFile(track(locator.file), credential, locator.variable),
    );
}

function lookUpInFile(file: Dotenv, credential: Credential, variable: string): Finding {
  const found = file.lookup(variable);
  if (found === undefined) return describeMiss(file, [`${variable} in ${file.path}`]);
  return { state: 'found', value: found.value, at: via(credential, `${file.path}:${found.line}`) };
}

/** The first place that has the variable, even an empty one. */
function lookUp(places: LookedPlaces, credential: Credential, locator: LocatorOf<'variable'>): Finding {
  for (const place of locator.places) {
    const found = lookIn(places, place, locator.variable);
    if (found !== undefined) return { state: 'found', value: found.value, at: via(credential, found.place) };
  }
  const lookedIn = locator.places.map((place) => nameOf(places, place, locator.variable));
  return locator.places.includes('dotenv')
    ? describeMiss(places.dotenv, lookedIn)
    : { state: 'unset', lookedIn };
}

/** What to say if the variable was not found. If `.env` cannot be read, we cannot know whether it is set. */
function describeMiss({ path, current }: Dotenv, lookedIn: readonly string[]): Finding {
  const { unreadable } = current();
  if (unreadable === undefined) return { state: 'unset', lookedIn };
  return { state: 'failed', lookedIn, detail: `${path} cannot be read: ${unreadable}` };
}

function lookIn(
  { dotenv, environment }: LookedPlaces,
  place: 'dotenv' | 'env',
  variable: string,
): { readonly value: string; readonly place: string } | undefined {
  if (place === 'dotenv') {
    const found = dotenv.lookup(variable);
    return found === undefined ? undefined : { value: found.value, place: `.env:${found.line}` };
  }
  const value = environment.get(variable);
  return value === undefined ? undefined : { value, place: `environment ${variable}` };
}

function nameOf({ dotenv }: LookedPlaces, place: 'dotenv' | 'env', variable: string): string {
  return place === 'dotenv' ? `${variable} in ${dotenv.path}` : `${variable} in the environment`;
}
