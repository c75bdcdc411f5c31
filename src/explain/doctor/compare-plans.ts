/**
 * Compares this shell with a running gateway: the configuration file, variables that only one of
 * them has, and keys. Pure.
 */

import { shellLine } from '../../host/shell-line.ts';
import type { FoundSecret, KeyPlan, Plan } from '../plan/plan.ts';
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
  const keys = targets.flatMap(({ provider, keys: all }) =>
    all.map((key) => ({ ...key, provider })),
  );
  return new Map(keys.map((key) => [key.id, key]));
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
  const [here, there] = [foundIn(mine), theirs === undefined ? undefined : foundIn(theirs)];
  if (here === undefined || here.fingerprint === there?.fingerprint) return [];
  const { variable } = here;
  if (variable === undefined) return []; // what stands in a file, both read
  const command = shellLine`holdfast auth add ${mine.provider} --from-env ${variable}`;
  if (there === undefined) {
    const what = `${variable} is set in this shell (${here.fingerprint}) but not for ${who}`;
    const evidence = ['a program that runs has the variables that it was started with'];
    const fix = { text: 'store it, for the gateway and every shell', command };
    return [createTrouble('odd', what, { evidence, fix })];
  }
  const what = `${variable} is ${here.fingerprint} in this shell, and ${who} has ${there.fingerprint}`;
  const evidence = [`the gateway has it from ${there.foundAt}`];
  const fix = { text: 'where that of this shell is right, store it', command };
  return [createTrouble('odd', what, { evidence, fix })];
}

function foundIn({ foundAt, variable, fingerprint }: KeyPlan): FoundSecret | undefined {
  return fingerprint === undefined ? undefined : { foundAt, variable, fingerprint };
}

function describeOnlyThere({ variable, fingerprint }: PooledKey, who: string): readonly Trouble[] {
  if (variable === undefined || fingerprint === undefined) return [];
  const what = `${variable} is set for ${who} (${fingerprint}) but not in this shell`;
  return [createTrouble('resting', what, {})];
}
