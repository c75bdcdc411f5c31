/**
 * The source of a secret in a variable: of Holdfast's own `.env`, of the environment of this
 * process, or of another dotenv file.
 */

import { createDotenv, type Dotenv, lookForVariable } from '../../config/files/dotenv.ts';
import type { VariableLook } from '../../config/schema/interpolate.ts';
import type { Host } from '../../host.ts';
import type { Credential } from '../../model/credential.ts';
import {
  createLookedAt,
  createOnce,
  type Finding,
  type LocatorOf,
  type Source,
  via,
} from './source.ts';

type PlaceLook =
  | Exclude<VariableLook, { readonly state: 'found' }>
  | {
      readonly state: 'found';
      readonly value: string;
      readonly heldAt: string;
      /** Present if the environment contains it. */
      readonly variable?: string;
    };

interface VariablePlace {
  readonly name: string;
  look(variable: string): PlaceLook;
}

export function createVariableSource(
  host: Host,
  dotenv: Dotenv,
): (credential: Credential, locator: LocatorOf<'variable'>) => Source {
  const env: VariablePlace = {
    name: 'the environment',
    look: (variable) => {
      const value = host.environment.get(variable);
      return value === undefined
        ? { state: 'absent' }
        : { state: 'found', value, heldAt: `environment ${variable}`, variable };
    },
  };
  const own = { dotenv: ofFile(dotenv, '.env'), env };
  const track = createOnce((path: string) => ofFile(createDotenv(host, path), path));
  return (credential, { variable, file, places }) =>
    createLookedAt(() => {
      const looked = file === undefined ? places.map((place) => own[place]) : [track(file)];
      return lookUpVariable(looked, variable, credential);
    });
}

function ofFile(file: Dotenv, shown: string): VariablePlace {
  return {
    name: file.path,
    look: (variable) => {
      const look = lookForVariable(file, variable);
      return look.state === 'found' ? { ...look, heldAt: `${shown}:${look.line}` } : look;
    },
  };
}

/**
 * Uses the first place that has the variable, even empty. If a place cannot be read, the variable's
 * value is unknown.
 */
function lookUpVariable(
  places: readonly VariablePlace[],
  variable: string,
  credential: Credential,
): Finding {
  let why: string | undefined;
  for (const place of places) {
    const look = place.look(variable);
    if (look.state === 'found') {
      const at = via(credential, look.heldAt, look.variable);
      return { state: 'found', value: look.value, at };
    }
    if (look.state === 'failed') why ??= look.why;
  }
  const lookedIn = places.map(({ name }) => `${variable} in ${name}`);
  return why === undefined
    ? { state: 'unset', lookedIn }
    : { state: 'failed', lookedIn, detail: why };
}
