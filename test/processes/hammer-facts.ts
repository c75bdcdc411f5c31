/** What hammering processes tell, and what must therefore be true of the state file in the end. */

import { expect } from 'vitest';
import type { Mark } from '../../src/model/failure.ts';
import type { HealthSnapshot, Proven } from '../../src/store/store.ts';

export type Fact =
  | { readonly type: 'fault'; readonly text: string }
  | { readonly type: 'took'; readonly ms: number }
  | { readonly type: 'opened'; readonly mark: Mark }
  | { readonly type: 'closing'; readonly key: string }
  | { readonly type: 'closed'; readonly key: string }
  | {
      readonly type: 'opened-for-reset';
      readonly mark: Mark;
      readonly leasedAt: number;
      readonly isInForce: boolean;
    }
  | {
      readonly type: 'resetting';
      readonly by: string;
      readonly origin: string;
      readonly at: number;
    }
  | {
      readonly type: 'reset';
      readonly by: string;
      readonly origin: string;
      readonly at: number;
      readonly doneAt: number;
    }
  | { readonly type: 'killed'; readonly by: string; readonly at: number }
  | { readonly type: 'proven'; readonly row: Proven }
  | {
      readonly type: 'taken';
      readonly name: string;
      readonly owner: string;
      /** When it was told that it has it. */
      readonly from: number;
      readonly until: number;
    }
  | { readonly type: 'releasing'; readonly owner: string; readonly at: number }
  | { readonly type: 'recorded'; readonly id: string };

type FactOf<Type extends Fact['type']> = Extract<Fact, { readonly type: Type }>;

/** What all processes wrote down: of each process in order. */
export class Facts {
  readonly #all: readonly Fact[];

  constructor(all: readonly Fact[]) {
    this.#all = all;
  }

  of<Type extends Fact['type']>(type: Type): readonly FactOf<Type>[] {
    return this.#all.filter((fact): fact is FactOf<Type> => fact.type === type);
  }
}

/**
 * Whoever was told that a mark was opened finds it again, unless it was closed; a closed one is
 * gone.
 */
export function checkKept(facts: Facts, { marks }: HealthSnapshot): void {
  const present = new Map(marks.map((mark) => [mark.key, mark]));
  const closing = new Set(facts.of('closing').map(({ key }) => key));
  const lost = facts
    .of('opened')
    .filter(({ mark }) => !closing.has(mark.key) && !present.has(mark.key));
  expect(lost).toEqual([]);
  for (const { mark } of facts.of('opened'))
    if (present.has(mark.key)) expect(present.get(mark.key)).toEqual(mark);
  expect(facts.of('closed').filter(({ key }) => present.has(key))).toEqual([]);
}

/**
 * What was leased up to a reset of its origin is gone or was never in force; what was leased after
 * all of them is there.
 */
export function checkResets(facts: Facts, { marks, tombstones }: HealthSnapshot): void {
  const present = new Set(marks.map(({ key }) => key));
  const [lastAt, lastDoneAt] = [new Map<string, number>(), new Map<string, number>()];
  for (const { origin, at } of facts.of('reset')) raise(lastAt, origin, at);
  for (const { origin, doneAt } of listEnds(facts)) raise(lastDoneAt, origin, doneAt);
  for (const { mark, leasedAt, isInForce } of facts.of('opened-for-reset')) {
    const origin = mark.scope.origin ?? '';
    if (leasedAt <= (lastAt.get(origin) ?? 0)) expect(present.has(mark.key)).toBe(false);
    if (leasedAt <= (lastDoneAt.get(origin) ?? 0)) continue;
    expect([isInForce, present.has(mark.key)]).toEqual([true, true]);
  }
  const kept = new Set(tombstones.map(({ scope, at }) => `${scope.origin} ${at}`));
  expect(facts.of('reset').filter(({ origin, at }) => !kept.has(`${origin} ${at}`))).toEqual([]);
}

/** When each reset was done at the latest: when it said so, or when its process was killed. */
function listEnds(facts: Facts): readonly { readonly origin: string; readonly doneAt: number }[] {
  const killedAt = new Map(facts.of('killed').map(({ by, at }) => [by, at]));
  const done = new Set(facts.of('reset').map(({ by, origin, at }) => `${by} ${origin} ${at}`));
  const unfinished = facts
    .of('resetting')
    .filter(({ by, origin, at }) => !done.has(`${by} ${origin} ${at}`));
  return [
    ...facts.of('reset'),
    ...unfinished.map(({ by, origin }) => ({
      origin,
      doneAt: killedAt.get(by) ?? Number.POSITIVE_INFINITY,
    })),
  ];
}

function raise(latest: Map<string, number>, key: string, at: number): void {
  latest.set(key, Math.max(latest.get(key) ?? 0, at));
}

/** Nothing that was proven is forgotten, and of several times the latest stays. */
export function checkProven(facts: Facts, { proven }: HealthSnapshot): void {
  const present = new Map(proven.map(({ fingerprint, at }) => [fingerprint, at]));
  for (const { row } of facts.of('proven'))
    expect(present.get(row.fingerprint) ?? 0).toBeGreaterThanOrEqual(row.at);
}

/**
 * A probe has one owner at a time: from when it is told so until it lets go, or until its end. Who
 * is told only after that end, on a busy machine, never had it.
 */
export function checkClaims(facts: Facts): void {
  const releasingAt = new Map(facts.of('releasing').map(({ owner, at }) => [owner, at]));
  const taken = facts
    .of('taken')
    .map(({ until, ...claim }) => {
      return { ...claim, end: Math.min(until, releasingAt.get(claim.owner) ?? until) };
    })
    .filter(({ from, end }) => from < end);
  const endOf = new Map<string, number>();
  for (const { name, from, end } of taken.sort((a, b) => a.from - b.from || a.end - b.end)) {
    expect(from).toBeGreaterThanOrEqual(endOf.get(name) ?? 0);
    raise(endOf, name, end);
  }
}
