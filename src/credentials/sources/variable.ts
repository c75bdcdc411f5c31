/**
 * The source of a secret in a variable: of Holdfast's own `.env`, of the environment of this
 * process, or of another dotenv file.
 */

import { createDotenv, type Dotenv } from '../../config/files/dotenv.ts';
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

interface HeldVariable {
  readonly value: string;
  readonly heldAt: string;
  /** Present if the environment contains it. */
  readonly variable?: string;
}

interface VariablePlace {
  readonly name: string;
  find(variable: string): HeldVariable | undefined;
  /** Says why this place cannot be read. */
  findFault(): string | undefined;
}

export function createVariableSource(
  host: Host,
  dotenv: Dotenv,
): (credential: Credential, locator: LocatorOf<'variable'>) => Source {
  const env: VariablePlace = {
    name: 'the environment',
    find: (variable) => {
      const value = host.environment.get(variable);
      return value === undefined
        ? undefined
        : { value, heldAt: `environment ${variable}`, variable };
    },
    findFault: () => undefined,
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
    find: (variable) => {
      const found = file.current().variables.get(variable);
      return found && { value: found.value, heldAt: `${shown}:${found.line}` };
    },
    findFault: () => {
      const { unreadable } = file.current();
      return unreadable && `${file.path} cannot be read: ${unreadable}`;
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
  for (const place of places) {
    const found = place.find(variable);
    if (found !== undefined) {
      const at = via(credential, found.heldAt, found.variable);
      return { state: 'found', value: found.value, at };
    }
  }
  const lookedIn = places.map(({ name }) => `${variable} in ${name}`);
  const detail = places.map((place) => place.findFault()).find((fault) => fault !== undefined);
  return detail === undefined
    ? { state: 'unset', lookedIn }
    : { state: 'failed', lookedIn, detail };
}
