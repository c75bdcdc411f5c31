/** Step 2 of a request: which candidate carries the next attempt, or why none can. A choice over marks; nothing is sent here. */

import type { Standing } from '../credentials/health.ts';
import type { Lease, Secret } from '../model/credential.ts';
import { type Availability, type Candidate, inspectCandidate } from './candidates.ts';
import type { Journey } from './journey.ts';

export interface Leased {
  readonly kind: 'leased';
  readonly candidate: Candidate;
  readonly lease: Lease;
  readonly secret: Secret | undefined;
}

/** Nobody can be asked. `until` is the earliest known end, epoch ms. */
export interface NoneFree {
  readonly kind: 'none';
  readonly until: number | undefined;
}

type Ready = Extract<Availability, { readonly state: 'ready' }>;

/** A probe outlives its attempt's first-content limit by this much (law 7). */
const probeSlackMs = 10_000;
const probeFirstContentMs = 60_000;
/** While somebody else probes, its verdict is looked for this often. */
const verdictPollMs = 250;

/** Takes the first free candidate; else a probe; else waits when the earliest end fits the budget; else none. */
export async function chooseLease(journey: Journey): Promise<Leased | NoneFree> {
  for (;;) {
    const ready = inspectOpen(journey);
    const free = ready.find(({ standing }) => standing.state === 'free');
    if (free !== undefined) return toLeased(free);
    const probe = (await takeDueProbe(journey, ready)) ?? (await takeEarlyProbe(journey, ready));
    if (probe !== undefined) return probe;
    const until = earliestEnd(ready);
    if (until === undefined) return { kind: 'none', until };
    const now = journey.engine.host.clock.now();
    const waitMs = Math.max(verdictPollMs, until - now);
    if (waitMs > journey.budgetLeftMs || journey.attemptsLeft <= 0) return { kind: 'none', until };
    await waitFor(journey, waitMs);
  }
}

/** The open candidates whose secret can be read, the one to be asked again first; the rest is recorded as skipped. */
function inspectOpen(journey: Journey): readonly Ready[] {
  const { reader, health, host } = journey.engine;
  const now = host.clock.now();
  const open = journey.open();
  const ordered =
    journey.current === undefined
      ? open
      : [journey.current, ...open.filter((candidate) => candidate !== journey.current)];
  const ready: Ready[] = [];
  for (const candidate of ordered) {
    const found = inspectCandidate(candidate, { reader, health, now });
    if (found.state === 'missing') {
      journey.skip(candidate, { cause: 'auth-missing', reason: found.detail });
      continue;
    }
    noteBenched(journey, found);
    ready.push(found);
    // The rest need not be read while this one is free: the hot path looks at one candidate.
    if (found.standing.state === 'free') break;
  }
  return ready;
}

function noteBenched(journey: Journey, { candidate, standing }: Ready): void {
  if (standing.state !== 'benched') return;
  const { cause, evidence } = standing.mark;
  journey.skip(candidate, { cause: 'benched', reason: `${cause}: ${evidence}`, until: standing.until });
}

async function takeDueProbe(journey: Journey, ready: readonly Ready[]): Promise<Leased | undefined> {
  for (const option of ready) {
    if (option.standing.state !== 'due') continue;
    const leased = await claim(journey, option, option.standing);
    if (leased !== undefined) return leased;
  }
  return undefined;
}

/** Our own estimates never keep a route empty: the least-blamed candidate is probed before its window ends (law 7). */
async function takeEarlyProbe(journey: Journey, ready: readonly Ready[]): Promise<Leased | undefined> {
  const benched = ready
    .flatMap((option) =>
      option.standing.state === 'benched' ? [{ option, mark: option.standing.mark }] : [],
    )
    .filter(({ mark }) => mark.cause !== 'auth-revoked' && journey.engine.health.mayProbeEarly(mark))
    .sort((a, b) => a.mark.strikes - b.mark.strikes || a.mark.until - b.mark.until);
  for (const { option, mark } of benched) {
    const leased = await claim(journey, option, { state: 'due', marks: [mark] });
    if (leased !== undefined) return leased;
  }
  return undefined;
}

async function claim(
  journey: Journey,
  option: Ready,
  { marks }: Extract<Standing, { readonly state: 'due' }>,
): Promise<Leased | undefined> {
  const forMs = probeFirstContentMs + probeSlackMs;
  const isOurs = await journey.engine.health.claimProbes(marks, journey.request.id, forMs);
  if (!isOurs) return undefined;
  const { candidate, lease, secret } = option;
  return { kind: 'leased', candidate, lease: { ...lease, probeOf: marks.map(({ key }) => key) }, secret };
}

function toLeased({ candidate, lease, secret }: Ready): Leased {
  return { kind: 'leased', candidate, lease, secret };
}

function earliestEnd(ready: readonly Ready[]): number | undefined {
  const ends = ready.flatMap(({ standing }) => (standing.state === 'benched' ? [standing.until] : []));
  const isProbed = ready.some(({ standing }) => standing.state === 'due');
  if (ends.length === 0) return isProbed ? 0 : undefined;
  return isProbed ? 0 : Math.min(...ends);
}

async function waitFor(journey: Journey, waitMs: number): Promise<void> {
  const { host, emit } = journey.engine;
  const text = `every candidate is benched; waiting ${(waitMs / 1000).toFixed(1)} s for the first`;
  if (waitMs > verdictPollMs) emit({ type: 'waiting', requestId: journey.request.id, forMs: waitMs, text });
  await host.clock.sleep(waitMs, journey.request.signal);
  journey.spentMs += waitMs;
}
