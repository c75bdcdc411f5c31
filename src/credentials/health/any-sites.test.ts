/**
 * Laws 5 and 6 for any sites, secrets, failures, successes, resets and restarts: what health says
 * is compared, after every step and for everybody, with a plain list of what was seen. The list
 * knows no index, no copies and no windows but their ends.
 */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { failureOf, leaseOf, stageHealth, start } from '../../../test/fakes/health-stage.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';
import type { Lease } from '../../model/credential.ts';
import type { Mark, Scope } from '../../model/failure.ts';
import type { Health } from './health.ts';
import { markKey } from './marks.ts';

const minute = 60_000;

/** What each class speaks of, written down from the laws. */
const speaksOf = {
  'auth-rejected': ['fingerprint'],
  'auth-revoked': ['fingerprint'],
  'auth-suspect': ['fingerprint', 'model'],
  'forbidden-model': ['fingerprint', 'model'],
  billing: ['account'],
  quota: ['account'],
  'rate-limit': ['account', 'model'],
  overloaded: ['model', 'operation'],
  timeout: ['model', 'operation'],
  'stream-cut': ['model'],
  connect: [],
} as const;
type Cause = keyof typeof speaksOf;
const causes = Object.keys(speaksOf) as Cause[];
const refusals: readonly Cause[] = ['auth-rejected', 'auth-revoked', 'auth-suspect'];

/** Who may be asked: every secret at every site for everything. */
const everybody: readonly Lease[] = ['p', 'q'].flatMap((host) =>
  ['a', 'b', 'c'].flatMap((site) =>
    ['sha256:1', 'sha256:2', 'none'].flatMap((fingerprint) =>
      ['m', 'n'].map((model) =>
        leaseOf({
          origin: `https://${host}.example`,
          site: `https://${host}.example/${site}`,
          fingerprint,
          account: fingerprint,
          model,
          operation: model === 'm' ? 'generate' : 'embed',
        }),
      ),
    ),
  ),
);

/**
 * One mark as the list has it; without a site it is of the whole host, or of a version that knew no
 * sites.
 */
interface Seen {
  readonly cause: Cause;
  readonly scope: Scope;
  readonly until: number;
  /** Of an older row: the sites that have worked since. */
  readonly over?: Set<string>;
}

class Expected {
  readonly now: () => number;
  seen: readonly Seen[] = [];
  readonly proven = new Set<string>();

  constructor(now: () => number) {
    this.now = now;
  }

  fail(lease: Lease, cause: Cause, until: (scope: Scope) => number | undefined): void {
    const fields: readonly (keyof Scope)[] = speaksOf[cause];
    const place = cause === 'connect' ? ['origin'] : ['origin', 'site'];
    const pick = (names: readonly string[]): Scope =>
      Object.fromEntries(Object.entries(lease).filter(([name]) => names.includes(name)));
    const whole = pick([...place, 'fingerprint']);
    const isWidened =
      cause === 'auth-suspect' &&
      this.seen.some(
        (one) =>
          one.cause === cause &&
          one.until > this.now() &&
          one.scope.site === lease.site &&
          one.scope.fingerprint === lease.fingerprint &&
          one.scope.model !== lease.model,
      );
    const scope = isWidened ? whole : pick([...place, ...fields]);
    const end = until(scope);
    if (end === undefined) return; // an older row is open for this site: the end of a window does not move
    const others = this.seen.filter((one) => one.cause !== cause || !isSame(one.scope, scope));
    this.seen = [...others, { cause, scope, until: end }];
  }

  succeed(lease: Lease): void {
    if (lease.fingerprint !== 'none') this.proven.add(`${lease.site} ${lease.fingerprint}`);
    for (const { scope, over } of this.seen) if (covers(scope, lease)) over?.add(lease.site);
    this.seen = this.seen.filter(({ scope, over }) => over !== undefined || !covers(scope, lease));
  }

  reset(pattern: Scope): void {
    this.seen = this.seen.filter(({ scope }) => {
      const fields = Object.entries(pattern) as [keyof Scope, string][];
      return !fields.every(
        ([field, value]) => (field === 'site' ? (scope.site ?? value) : scope[field]) === value,
      );
    });
  }

  isProven({ origin, site, fingerprint }: Lease): boolean {
    return this.proven.has(`${site} ${fingerprint}`) || this.proven.has(`${origin} ${fingerprint}`);
  }

  standing(lease: Lease): { readonly state: string; readonly until?: number } {
    const own = this.seen.filter(
      ({ scope, over }) => covers(scope, lease) && over?.has(lease.site) !== true,
    );
    const ends = own.map(({ until }) => until);
    const elsewhere = new Map<string, number>();
    for (const { cause, scope, until } of this.seen) {
      const { site = lease.site } = scope;
      const isRefusal =
        refusals.includes(cause) && lease.fingerprint !== 'none' && until > this.now();
      if (isRefusal && site !== lease.site && covers(scope, { ...lease, site }))
        elsewhere.set(site, Math.max(until, elsewhere.get(site) ?? 0));
    }
    const [, second] = [...elsewhere.values()].sort((one, other) => other - one);
    if (second !== undefined && !this.isProven(lease)) ends.push(second);
    const until = Math.max(...ends);
    if (until > this.now()) return { state: 'held-back', until };
    return { state: own.length > 0 ? 'due' : 'free' };
  }
}

function covers(scope: Scope, lease: Lease): boolean {
  return (Object.entries(scope) as [keyof Scope, string][]).every(
    ([field, value]) => lease[field] === value,
  );
}

function isSame(one: Scope, other: Scope): boolean {
  return (
    JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort())
  );
}

const who = fc.constantFrom(...everybody);
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('fails' as const),
      who,
      cause: fc.constantFrom(...causes),
      forMs: fc.integer({ min: 1, max: 60 }).map((count) => count * minute),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('works' as const), who }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('passes' as const),
      ms: fc.integer({ min: 1, max: 30 * minute }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restarts' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('reset' as const),
      who,
      of: fc.constantFrom<readonly (keyof Scope)[]>(
        ['origin', 'site'],
        ['origin', 'fingerprint'],
        ['site', 'account', 'origin'],
      ),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;
const olderCauses = ['auth-rejected', 'quota', 'rate-limit', 'forbidden-model'] as const;
/**
 * What works without a key leaves no row: after a restart an older mark of nobody's is probed once
 * more.
 */
const older = fc.record({
  who: fc.constantFrom(...everybody.filter(({ fingerprint }) => fingerprint !== 'none')),
  cause: fc.constantFrom(...olderCauses),
  until: fc.integer({ min: -10, max: 60 }).map((count) => start + count * minute),
});

it('says of everybody what was seen at their own site, and of the host only what is the host’s', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(older, { maxLength: 2 }),
      fc.option(who),
      fc.array(step, { minLength: 1, maxLength: 14 }),
      play,
    ),
    { seed: 20261123, numRuns: 2000 },
  );
});

async function play(
  olderRows: readonly {
    readonly who: Lease;
    readonly cause: (typeof olderCauses)[number];
    readonly until: number;
  }[],
  olderProven: Lease | null,
  steps: readonly Step[],
): Promise<void> {
  const store = new ReferenceStore();
  const { host, open, marks } = stageHealth(store);
  const expected = new Expected(() => host.clock.now());
  for (const { who: lease, cause, until } of olderRows)
    await putOlder(store, expected, { lease, cause, until });
  if (olderProven !== null && olderProven.fingerprint !== 'none') {
    const { origin, fingerprint } = olderProven;
    await store.putProven([{ site: origin, fingerprint, at: start - 1 }]);
    expected.proven.add(`${origin} ${fingerprint}`);
  }
  let health = open();
  await health.load();
  for (const [index, one] of steps.entries()) {
    await host.advance(1);
    health = await take(one);
    await host.advance(0);
    check(health, expected, `after step ${index}`);
  }

  async function take(one: Step): Promise<Health> {
    const leasedAt = host.clock.now();
    if (one.kind === 'fails') {
      const lease = { ...one.who, leasedAt };
      health.standing(lease);
      health.openMark(lease, failureOf(one.cause, one.forMs), { isWaited: true });
      const rows = await marks();
      const find = (scope: Scope) =>
        rows.find((row) => row.cause === one.cause && isSame(row.scope, scope));
      expected.fail(lease, one.cause, (scope) => find(scope)?.until);
    }
    if (one.kind === 'works') {
      const lease = { ...one.who, leasedAt };
      await host.advance(1);
      health.noteSuccess(lease);
      health.noteWhole(lease);
      expected.succeed(lease);
    }
    if (one.kind === 'passes') await host.advance(one.ms);
    if (one.kind === 'reset') {
      const pattern = Object.fromEntries(one.of.map((field) => [field, one.who[field]]));
      await health.reset(pattern);
      expected.reset(pattern);
    }
    if (one.kind !== 'restarts') return health;
    await health.close();
    const next = open();
    await next.load();
    return next;
  }
}

async function putOlder(
  store: ReferenceStore,
  expected: Expected,
  { lease, cause, until }: { lease: Lease; cause: (typeof olderCauses)[number]; until: number },
): Promise<void> {
  const fields: readonly (keyof Scope)[] = ['origin', ...speaksOf[cause]];
  const scope: Scope = Object.fromEntries(fields.map((field) => [field, lease[field]]));
  const since = start - 20 * minute;
  const mark: Mark = {
    key: markKey(cause, scope),
    cause,
    scope,
    since,
    until,
    endSetBy: 'provider',
    strikes: 1,
    evidence: 'why',
  };
  if ((await store.openMark(mark, { leasedAt: since, now: since })) === mark)
    expected.seen = [...expected.seen, { cause, scope, until, over: new Set() }];
}

function check(health: Health, expected: Expected, when: string): void {
  for (const lease of everybody) {
    const standing = health.standing(lease);
    const { state, until } = { until: undefined, ...standing };
    const found = [state, until, health.provenAt(lease) !== undefined].join(' ');
    const wanted = expected.standing(lease);
    const due = [wanted.state, wanted.until, expected.isProven(lease)].join(' ');
    if (found === due) continue; // comparing with `expect` takes ten times as long
    expect(found, `${when}: ${lease.site} ${lease.fingerprint} ${lease.model}`).toBe(due);
  }
}
