/**
 * Compares this shell with a running gateway: the configuration file, variables that only one of
 * them has, and keys. Pure.
 */

import { shellLine } from '../../host/shell-line.ts';
import type { KeyPlan, Plan } from '../plan/plan.ts';
import { createTrouble, type Trouble } from './troubles.ts';

/** `who` names the gateway: `the gateway at http://127.0.0.1:4653 (pid 812)`. */
export function comparePlans(shell: Plan, gateway: Plan, who: string): readonly Trouble[] {
  const other = shell.config === gateway.config ? [] : [describeConfigs(shell, gateway, who)];
  const [ours, theirs] = [keysOf(shell), keysOf(gateway)];
  const [known, knownThere] = [fingerprintsOf(ours), fingerprintsOf(theirs)];
  const differing = [...ours].flatMap(([id, mine]) =>
    knownThere.has(mine.fingerprint) ? [] : compareKeys(mine, theirs.get(id), who),
  );
  const absent = [...theirs].flatMap(([id, key]) =>
    ours.has(id) || known.has(key.fingerprint) ? [] : describeOnlyThere(key, who),
  );
  return [...other, ...differing, ...absent];
}

interface PooledKey extends KeyPlan {
  readonly provider: string;
}

/** Returns each key once, by its id. */
function keysOf({ routes }: Plan): ReadonlyMap<string, PooledKey> {
  const targets = routes.flatMap((route) => route.targets);
  return new Map(
    targets.flatMap(({ provider, keys }) => keys.map((key) => [key.id, { ...key, provider }])),
  );
}

/** The same secret may be stored on one side, and in a variable on the other. */
function fingerprintsOf(keys: ReadonlyMap<string, PooledKey>): ReadonlySet<string | undefined> {
  return new Set([...keys.values()].map(({ fingerprint }) => fingerprint));
}

function describeConfigs(shell: Plan, gateway: Plan, who: string): Trouble {
  return createTrouble('odd', `this shell and ${who} read two configurations`, {
    evidence: [`this shell: ${shell.config}`, `the gateway: ${gateway.config}`],
    fix: {
      text: 'read that one here too',
      command: shellLine`export HOLDFAST_CONFIG=${gateway.config}`,
    },
  });
}

function compareKeys(
  mine: PooledKey,
  theirs: PooledKey | undefined,
  who: string,
): readonly Trouble[] {
  const { variable, fingerprint } = mine;
  if (fingerprint === undefined || fingerprint === theirs?.fingerprint) return [];
  if (variable === undefined) return []; // what stands in a file, both read
  const isAbsent = theirs?.fingerprint === undefined;
  const what = isAbsent
    ? `${variable} is set in this shell (${fingerprint}) but not for ${who}`
    : `${variable} is ${fingerprint} in this shell, and ${who} has ${theirs.fingerprint}`;
  const evidence = isAbsent
    ? 'a program that runs has the variables that it was started with'
    : `the gateway has it from ${theirs.foundAt}`;
  const text = isAbsent
    ? 'store it, for the gateway and every shell'
    : 'where that of this shell is right, store it';
  const command = shellLine`holdfast auth add ${mine.provider} --from-env ${variable}`;
  return [createTrouble('odd', what, { evidence: [evidence], fix: { text, command } })];
}

function describeOnlyThere({ variable, fingerprint }: PooledKey, who: string): readonly Trouble[] {
  if (variable === undefined || fingerprint === undefined) return [];
  const what = `${variable} is set for ${who} (${fingerprint}) but not in this shell`;
  return [createTrouble('resting', what, {})];
}
