/**
 * The source of a secret in a variable: of Holdfast's own `.env`, of the environment of this
 * process, or of another dotenv file.
 */

import {
  createDotenv,
  type Dotenv,
  type DotenvContent,
  lookForVariable,
  readDotenv,
} from '../../config/files/dotenv.ts';
import {
  describeNear,
  describeOtherName,
  findDotenvFault,
  listOfFile,
} from '../../config/files/near-variable.ts';
import type { VariableLook } from '../../config/schema/interpolate.ts';
import { fixFileFault } from '../../host/file-fault.ts';
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
  keyVariables: () => ReadonlySet<string>,
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
  return (credential, { variable, file, places }) => {
    const near = createNear(host, dotenv, keyVariables);
    return createLookedAt(() => {
      const looked = file === undefined ? places.map((place) => own[place]) : [track(file)];
      const finding = lookUpVariable(looked, variable, credential);
      if (finding.state !== 'unset') return finding;
      const hint =
        finding.hint ?? (file === undefined ? near(variable) : explainFile(host, file, variable));
      if (hint === undefined) return finding;
      if (file !== undefined) return { ...finding, hint }; // the configuration may name a wrong one
      const fault = findDotenvFault({ dotenv, files: host.files });
      const fix =
        fault === undefined
          ? { text: `write ${variable}=… into ${dotenv.path}` }
          : fixFileFault(fault, dotenv.path);
      return { ...finding, hint, fix };
    });
  };
}

/** It is not there, or has the variable under another name. */
function explainFile(host: Host, path: string, wanted: string): string | undefined {
  if (host.files.stamp(path) !== undefined) {
    const { variables } = readDotenv(host.files, path);
    return describeOtherName([wanted], listOfFile(path, variables));
  }
  const [variable] = /%\w+%|\$\{?\w+\}?/.exec(path) ?? [];
  const why = variable === undefined ? '' : `: ${variable} is not replaced in a path, write it out`;
  return `that file is not there${why}`;
}

/** Looks once for each content of `.env`: requests look for a variable that is not set as well. */
function createNear(
  host: Host,
  dotenv: Dotenv,
  keyVariables: () => ReadonlySet<string>,
): (variable: string) => string | undefined {
  const { environment, files } = host;
  let last: { readonly of: DotenvContent; readonly hint: string | undefined } | undefined;
  return (variable) => {
    const of = dotenv.current();
    if (last?.of !== of) {
      const hint = describeNear([variable], { dotenv, environment, files }, keyVariables());
      last = { of, hint };
    }
    return last.hint;
  };
}

function ofFile(file: Dotenv, shown: string): VariablePlace {
  return {
    name: file.path,
    look: (variable) => {
      const look = lookForVariable(file, variable);
      if (look.state !== 'found') return look;
      const hidden = look.hides === undefined ? '' : `, which hides line ${look.hides}`;
      return { ...look, heldAt: `${shown}:${look.line}${hidden}` };
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
  let failed: Extract<PlaceLook, { readonly state: 'failed' }> | undefined;
  let hint: string | undefined;
  for (const place of places) {
    const look = place.look(variable);
    if (look.state === 'found') {
      const at = via(credential, look.heldAt, look.variable);
      return { state: 'found', value: look.value, at };
    }
    if (look.state === 'failed') failed ??= look;
    else hint ??= look.hint;
  }
  const lookedIn = places.map(({ name }) => `${variable} in ${name}`);
  if (failed === undefined)
    return { state: 'unset', lookedIn, ...(hint === undefined ? {} : { hint }) };
  const { why: detail, fix } = failed;
  return { state: 'failed', lookedIn, detail, ...(fix && { fix }) };
}
