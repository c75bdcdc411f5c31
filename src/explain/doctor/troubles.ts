/**
 * Defines a problem that `explain` and `doctor` print: what is wrong or unknown, its evidence, and
 * its fix. Runs checks in parallel, each with a time limit: one that fails or takes too long is
 * reported as inconclusive.
 */

import { explainFault } from '../../host/file-fault.ts';
import type { Clock } from '../../host.ts';
import type { Fix } from '../../model/fix.ts';

/**
 * `broken`: something that was asked for does not work. `odd`: it works, but something is wrong.
 * `resting`: it works as designed, and ends by itself. `unknown`: it could not be checked.
 */
export type Severity = 'broken' | 'odd' | 'resting' | 'unknown';

export interface Trouble {
  readonly severity: Severity;
  /** What is wrong, naming the thing that has the problem. */
  readonly what: string;
  /** The provider's words, a file and line, or a count. */
  readonly evidence: readonly string[];
  readonly fix?: Fix | undefined;
  /** The exit status of the command; 0 if the problem is only worth mentioning. */
  readonly exit: 0 | 1 | 3 | 4;
}

/** A trouble whose line was not tried yet, with the fix in its place if it mends nothing. */
export interface UntriedTrouble extends Trouble {
  readonly otherwise?: Fix | undefined;
}

/** `evidence` is empty by default; `exit` is 1 by default for `broken` and `odd`. */
export function createTrouble(
  severity: Severity,
  what: string,
  { evidence = [], fix, exit }: Partial<Pick<Trouble, 'evidence' | 'fix' | 'exit'>>,
): Trouble {
  return {
    severity,
    what,
    evidence,
    fix,
    exit: exit ?? (severity === 'broken' || severity === 'odd' ? 1 : 0),
  };
}

const severities: readonly Severity[] = ['broken', 'odd', 'unknown', 'resting'];
/** A broken configuration explains a missing key, so its status wins. */
const exits: readonly Trouble['exit'][] = [3, 4, 1, 0];

/** Sorts the worst first. Evidence that is what is wrong itself is told once. */
export function rankTroubles(troubles: readonly Trouble[]): readonly Trouble[] {
  return troubles
    .map((one) => ({ ...one, evidence: one.evidence.filter((said) => !one.what.includes(said)) }))
    .toSorted(
      (one, other) =>
        severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
        exits.indexOf(one.exit) - exits.indexOf(other.exit),
    );
}

/** The overall exit status is that of the worst problem. */
export function exitOf(troubles: readonly Trouble[]): Trouble['exit'] {
  return exits.find((exit) => troubles.some((trouble) => trouble.exit === exit)) ?? 0;
}

export interface Check {
  /** The subject of the check: `the state file`, `https://api.deepseek.com`. */
  readonly name: string;
  /** An empty list means that the check passed. */
  readonly look: (signal: AbortSignal) => Promise<readonly Trouble[]> | readonly Trouble[];
}

export interface Examination {
  /** The worst comes first. */
  readonly troubles: readonly Trouble[];
  readonly passed: number;
}

/** A name server or proxy that does not answer must not block the report. */
const limitMs = 5000;

export async function examine(
  clock: Clock,
  checks: readonly Check[],
  signal: AbortSignal,
): Promise<Examination> {
  const found = await Promise.all(checks.map((check) => lookWithin(clock, check, signal)));
  signal.throwIfAborted();
  const troubles = rankTroubles(found.flat());
  return {
    // two checks may find the same problem, or one the cause that a worse one tells already
    troubles: troubles.filter(
      (one, index) => !troubles.slice(0, index).some((worse) => tells(worse, one)),
    ),
    passed: found.filter(({ length }) => length === 0).length,
  };
}

function tells({ what: told, evidence }: Trouble, { what }: Trouble): boolean {
  return told === what || evidence.some((said) => what.endsWith(`: ${said}`));
}

async function lookWithin(
  clock: Clock,
  { name, look }: Check,
  signal: AbortSignal,
): Promise<readonly Trouble[]> {
  const limit = new AbortController();
  const stops = AbortSignal.any([limit.signal, signal]);
  const late = clock
    .sleep(limitMs, stops)
    .then(() => [describeUnknown(name, `no result within ${limitMs / 1000} s`)])
    .catch(() => []);
  try {
    return await Promise.race([look(stops), late]);
  } catch (error) {
    const { message, fix, isOfFile } = explainFault(error);
    // a file in the way is itself what is wrong
    return [
      isOfFile ? createTrouble('broken', message, { fix }) : describeUnknown(name, message, fix),
    ];
  } finally {
    limit.abort();
  }
}

function describeUnknown(name: string, why: string, fix?: Fix): Trouble {
  return createTrouble('unknown', `${name} could not be checked`, { evidence: [why], fix });
}
