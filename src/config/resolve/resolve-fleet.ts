/**
 * Whether this home is a member of a fleet, and what it lacks to be one. The address keeps its
 * variables: what they hold is read when the engine is asked.
 */

import { lookFor, type ResolveContext } from './resolve-context.ts';

/** The key that all members have. Nothing of the engine is believed without it. */
export const fleetKeyVariable = 'HOLDFAST_FLEET_KEY';

/** The key from before, while not all members have the new one. */
export const oldFleetKeyVariable = 'HOLDFAST_FLEET_KEY_OLD';

const variables = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The address of the engine; undefined outside a fleet. */
export function resolveFleet(context: ResolveContext): string | undefined {
  const { settings, places, findings } = context;
  const { state } = settings;
  if (state === undefined) return undefined;
  const [, password] = /^rediss?:\/\/[^/@]*:([^@]*)@/.exec(state) ?? [];
  if (password !== undefined && password.replace(variables, '') !== '')
    findings.problem(
      ['state'],
      'has a password in it',
      `write \${VARIABLE} in its place, and set that in .env`,
    );
  const named = [...state.matchAll(variables)].map(([, variable]) => variable ?? '');
  for (const variable of [...named, fleetKeyVariable]) {
    if (lookFor(places, variable).state === 'found') continue;
    findings.problem(
      ['state'],
      `needs ${variable}, which neither .env nor the environment sets`,
      variable === fleetKeyVariable
        ? `set it to the same value on every member, such as what this prints: openssl rand -hex 32`
        : 'set it in .env',
    );
  }
  return state;
}

/** Puts what its variables hold into an address; `lookUp` returns undefined where it is not set. */
export function fillIn(address: string, lookUp: (variable: string) => string | undefined): string {
  return address.replace(variables, (_whole, variable) =>
    encodeURIComponent(lookUp(variable) ?? ''),
  );
}
