/** Keys that look wrong, stand in a file that everybody reads, or hide one another. Pure. */

import type { KeyPlan, Plan } from '../plan/plan.ts';
import { nameKey } from './standing-words.ts';
import { createTrouble, type Trouble } from './troubles.ts';

interface KeyRemark {
  readonly code: string;
  readonly text: string;
}

/** What the engine warns of; shadows are told by the plan, which knows how each key stands. */
const wrongLooks: ReadonlySet<string> = new Set([
  'key-quoted',
  'key-assignment',
  'key-concatenated',
  'key-of-other-provider',
  'key-malformed',
  'gateway-key-ignored',
]);

/** A key that looks wrong and works, or that stands behind another, is none of our business. */
export function judgeLooks(remarks: readonly KeyRemark[], { routes }: Plan): readonly Trouble[] {
  const keys = routes.flatMap(({ targets }) => targets.flatMap((target) => target.keys));
  const fine = keys.filter(({ state, hiddenBy }) => state === 'works' || hiddenBy !== undefined);
  const known = fine.flatMap(({ fingerprint }) => fingerprint ?? []);
  return remarks
    .filter(({ code, text }) => wrongLooks.has(code) && !known.some((print) => text.includes(print)))
    .map(({ text }) => {
      const provider = /^[^: ]+/.exec(text)?.[0] ?? 'PROVIDER';
      const mend = { text: 'give it the key alone', command: `holdfast auth add ${provider}` };
      return createTrouble('broken', text, { mend });
    });
}

/** Each says the command itself. */
export function judgeExposed(remarks: readonly KeyRemark[]): readonly Trouble[] {
  return remarks
    .filter(({ code }) => code === 'key-file-exposed')
    .map(({ text }) => {
      const [what = text, command = ''] = text.split(/: (?=chmod )/);
      return createTrouble('odd', what, { mend: { text: 'close it', command } });
    });
}

/** Two values for one provider: none of our business while the first works. */
export function judgeShadows({ routes }: Plan): readonly Trouble[] {
  const targets = routes.flatMap((route) => route.targets);
  const found = targets.flatMap(({ provider, keys }) =>
    keys.flatMap((key) => describeShadow(provider, key, keys)),
  );
  return [...new Map(found.map((trouble) => [trouble.what, trouble])).values()];
}

function describeShadow(provider: string, key: KeyPlan, keys: readonly KeyPlan[]): readonly Trouble[] {
  const { hides, hiddenBy } = key;
  if (hides !== undefined && key.state !== 'works') return [describeHidden(provider, key, hides)];
  const winner = keys.find(({ fingerprint }) => fingerprint === hiddenBy?.fingerprint);
  if (hiddenBy === undefined || winner?.state === 'works' || winner === undefined) return [];
  return [describeHidden(provider, winner, key)];
}

type NamedKey = Parameters<typeof nameKey>[0];

function describeHidden(provider: string, winner: NamedKey, hidden: NamedKey): Trouble {
  const name = /environment (\S+)$/.exec(hidden.foundAt)?.[1];
  const command =
    name === undefined
      ? "holdfast config set precedence '[stored, config, dotenv, env]'"
      : `holdfast auth add ${provider} --from-env ${name}`;
  return createTrouble('odd', `${provider}: ${nameKey(winner)} hides ${nameKey(hidden)}`, {
    evidence: ['the first has not been seen to work; the two differ'],
    mend: { text: 'where the hidden one is right', command },
  });
}
