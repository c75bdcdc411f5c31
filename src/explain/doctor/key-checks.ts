/** Reports keys that look wrong, are in a file readable by others, or shadow each other. Pure. */

import { shellLine } from '../../host/shell-line.ts';
import type { Warning } from '../../model/events.ts';
import { isLost } from '../plan/create-plan.ts';
import type { KeyPlan, Plan } from '../plan/plan.ts';
import { describeKeyStanding, namePlannedKey } from './standing-words.ts';
import { createTrouble, type Trouble } from './troubles.ts';

/**
 * These warnings are reported here. Shadowed keys are reported from the plan, which has the state
 * of each key.
 */
const wrongForms: ReadonlySet<string> = new Set([
  'key-quoted',
  'key-assignment',
  'key-reference',
  'key-concatenated',
  'key-of-other-provider',
  'key-malformed',
  'gateway-key-ignored',
]);

/** Ignores an odd-looking key that works, or that comes after another. */
export function judgeKeyForms(warnings: readonly Warning[], { routes }: Plan): readonly Trouble[] {
  const targets = routes.flatMap((route) => route.targets);
  const keys = targets.flatMap((target) => target.keys);
  const answering = new Set(
    targets.filter(({ standing }) => !isLost(standing)).map(({ provider }) => provider),
  );
  const fine = keys.filter(({ state, hiddenBy }) => state === 'works' || hiddenBy !== undefined);
  const known = new Set(fine.map(({ fingerprint }) => fingerprint));
  return warnings
    .filter(({ code, fingerprint = '' }) => wrongForms.has(code) && !known.has(fingerprint))
    .map(({ code, text, fingerprint, provider = '' }) => {
      if (fingerprint === undefined && answering.has(provider))
        return createTrouble('odd', text, { fix: { text: 'take it out there' }, exit: 0 });
      const command = shellLine`holdfast auth add ${provider}`;
      const wanted = code === 'key-of-other-provider' ? 'a key of its own' : 'the key alone';
      return createTrouble('broken', text, { fix: { text: `give it ${wanted}`, command } });
    });
}

/** Each warning has the command that closes the file. */
export function judgeExposed(warnings: readonly Warning[]): readonly Trouble[] {
  return warnings
    .filter(({ code }) => code === 'key-file-exposed')
    .map(({ text, what = text, fix }) => createTrouble('odd', what, { fix }));
}

/** Ignores two different values for one provider while the first works. */
export function judgeShadows({ routes, at }: Plan): readonly Trouble[] {
  const targets = routes.flatMap((route) => route.targets);
  const found = targets.flatMap(({ provider, keys }) =>
    keys.flatMap((key) => findShadowed({ provider, key, keys, now: at })),
  );
  return [...new Map(found.map((trouble) => [trouble.what, trouble])).values()];
}

interface Shadowed {
  readonly provider: string;
  readonly key: KeyPlan;
  readonly keys: readonly KeyPlan[];
  readonly now: number;
}

function findShadowed({ provider, key, keys, now }: Shadowed): readonly Trouble[] {
  const { hides, hiddenBy } = key;
  if (hides !== undefined && !isGood(key)) return [describeHidden({ provider, now }, key, hides)];
  const winner = keys.find(({ fingerprint }) => fingerprint === hiddenBy?.fingerprint);
  if (hiddenBy === undefined || winner === undefined || isGood(winner)) return [];
  return [describeHidden({ provider, now }, winner, key)];
}

/** A key at its limit is still the right one. */
function isGood({ state, provenAt }: KeyPlan): boolean {
  return state === 'works' || (provenAt !== undefined && state !== 'out');
}

type NamedKey = Pick<KeyPlan, 'foundAt' | 'fingerprint' | 'variable'>;

function describeHidden(
  { provider, now }: Pick<Shadowed, 'provider' | 'now'>,
  winner: KeyPlan,
  hidden: NamedKey,
): Trouble {
  const { variable } = hidden;
  const command =
    variable === undefined
      ? shellLine`holdfast config set precedence ${'[stored, config, dotenv, env]'}`
      : shellLine`holdfast auth add ${provider} --from-env ${variable}`;
  return createTrouble(
    'odd',
    `${provider}: ${namePlannedKey(winner)} hides ${namePlannedKey(hidden)}`,
    {
      evidence: [`the two differ; the first: ${describeKeyStanding(winner, now)}`],
      fix: { text: 'where the hidden one is right', command },
    },
  );
}
