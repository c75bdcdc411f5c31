/**
 * Members of a fleet tell each other that they are there, with which version, configuration and
 * clock, beside the log. Nothing depends on it but what people are told.
 */

import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Host, Timer } from '../../host.ts';
import type { EngineFault, FleetMember, FleetStanding } from '../../model/fleet.ts';
import type { FleetLog, Met } from './log.ts';
import { deriveKey, type FleetSeal } from './seal.ts';

const beatMs = 2000;

/** Later than that it cannot be reached, or was killed. */
const awayMs = 10_000;

/** The engine's own settings are asked for once in so many beats. */
const engineEvery = 30;

/** Another epoch than one of a log: what is said here is no entry. */
const label = 'members';

/** What a member says of itself. */
export interface MemberFacts {
  /** Four letters, which two members may have alike. */
  readonly id: string;
  readonly machine: string;
  /** Random, and kept in its state folder. */
  readonly home: string;
  readonly version: string;
  /** Digests by section of the configuration. */
  readonly settings: Readonly<Record<string, string>>;
  /** Digests by variable of `.env`. */
  readonly variables: Readonly<Record<string, string>>;
  /** A digest of nothing: those of two members can be compared if theirs is the same. */
  readonly digestOf: string;
}

/** What a member of another version says otherwise counts as not said. */
const digests = z.record(z.string(), z.string()).optional().catch(undefined);
const beat = z.object({
  id: z.string(),
  home: z.string().catch(''),
  machine: z.string(),
  version: z.string(),
  settings: digests,
  variables: digests,
  digestOf: z.string().optional().catch(undefined),
  /** By the engine's clock, epoch ms. */
  saidAt: z.number(),
  clockAheadMs: z.number().catch(0),
  /** How far it has applied which log. */
  position: z.string().catch(''),
});

type Beat = z.infer<typeof beat>;

/** Makes digests that only members can compare. */
export type Digest = (text: string) => string;

export function createDigest(keys: readonly [string, ...string[]]): Digest {
  const key = deriveKey(keys.at(-1) ?? keys[0], 'holdfast fleet digests');
  return (text) => createHmac('sha256', key).update(text).digest('hex').slice(0, 12);
}

export interface HeartbeatParts {
  readonly host: Pick<Host, 'clock'>;
  readonly log: Pick<FleetLog, 'meet' | 'readFaults'>;
  readonly seal: FleetSeal;
  readonly describe: () => MemberFacts;
  /** Where this member stands in the log. */
  readonly position: () => string | undefined;
}

export class Heartbeat {
  readonly #parts: HeartbeatParts;
  #beats: readonly Beat[] = [];
  /** How far our clock is ahead of the engine's, ms. */
  #aheadMs = 0;
  #faults: readonly EngineFault[] = [];
  #count = 0;
  #timer: Timer | undefined;
  /** Another one for each start; undefined while it is silent. */
  #run: object | undefined;

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  /** From now on it is told regularly. */
  start(): void {
    this.stop();
    const run = {};
    this.#run = run;
    const next = (): void => {
      if (this.#run !== run) return; // stopped while it was told
      this.#timer = this.#parts.host.clock.startTimer(beatMs, () => void this.#beat().then(next));
    };
    void this.#beat().then(next);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#run = undefined;
  }

  /** This member ends, and is not missed. */
  async leave(): Promise<void> {
    if (this.#run === undefined) return;
    this.stop();
    await this.#parts.log.meet(keyOf(this.#parts.describe()), 'gone').catch(() => undefined); // as killed
  }

  /** Looks without being seen. Rejects with `LogGone`. */
  async look(): Promise<void> {
    const { log } = this.#parts;
    this.#note(await log.meet('', ''), this.#parts.host.clock.now());
    this.#faults = await log.readFaults();
  }

  /** By the engine's clock as far as it is known, epoch ms. */
  engineNow(): number {
    return this.#parts.host.clock.now() - this.#aheadMs;
  }

  standing(): Omit<FleetStanding, 'engine' | 'alone'> {
    const own = this.#parts.describe();
    const now = this.#parts.host.clock.now();
    const members = this.#beats.map((said): FleetMember => {
      const { id, machine, version, saidAt, clockAheadMs, digestOf } = said;
      const seenAt = saidAt + this.#aheadMs;
      const { settings, variables } = digestOf === own.digestOf ? said : own;
      return {
        key: keyOf(said),
        id,
        machine,
        version,
        isSelf: keyOf(said) === keyOf(own),
        seenAt,
        isAway: now - seenAt > awayMs,
        clockAheadMs,
        otherSettings: listDifferent(own.settings, settings),
        otherVariables: listDifferent(own.variables, variables),
      };
    });
    const name = ({ machine, id }: FleetMember): string => `${machine} ${id}`;
    return {
      members: members.toSorted((one, other) => (name(one) < name(other) ? -1 : 1)),
      engineFaults: this.#faults,
    };
  }

  /** Keys of those that have not said yet that they have applied the log as far as this member. */
  listBehind(): readonly string[] {
    const [epoch, at] = splitPosition(this.#parts.position());
    const own = keyOf(this.#parts.describe());
    return this.#beats.flatMap((one) => {
      const [theirs, applied] = splitPosition(one.position);
      const isThere = keyOf(one) === own || (theirs === epoch && applied >= at);
      return isThere ? [] : keyOf(one);
    });
  }

  async #beat(): Promise<void> {
    const { host, log, seal, describe, position } = this.#parts;
    const { clock } = host;
    const facts = describe();
    const said: Beat = {
      ...facts,
      saidAt: this.engineNow(),
      clockAheadMs: this.#aheadMs,
      position: position() ?? '',
    };
    try {
      if (this.#count === 0)
        await this.look(); // whose clock says what
      else
        this.#note(
          await log.meet(keyOf(facts), seal.sign(label, JSON.stringify(said))),
          clock.now(),
        );
      if (this.#count % engineEvery === 1) this.#faults = await log.readFaults();
      this.#count += 1;
    } catch {
      // the channel says that this member is alone
    }
  }

  #note({ now: engineNow, texts }: Met, now: number): void {
    this.#aheadMs = Math.round(now - engineNow);
    this.#beats = texts.flatMap((signed) => {
      const text = this.#parts.seal.verify(label, signed);
      return text === undefined ? [] : (parseBeat(text) ?? []);
    });
  }
}

/** No two members have the same one, not even with one state folder copied to both. */
export function keyOf({ home, machine }: Pick<MemberFacts, 'home' | 'machine'>): string {
  return `${home} ${machine}`;
}

/** Undefined if a member of another version says it quite otherwise. */
function parseBeat(text: string): Beat | undefined {
  try {
    return beat.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function splitPosition(position = ''): readonly [epoch: string, at: number] {
  const [epoch = '', at] = position.split(' ');
  return [epoch, Number(at)];
}

function listDifferent(
  ours: Readonly<Record<string, string>>,
  theirs: Readonly<Record<string, string>> = ours,
): readonly string[] {
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...names].filter((name) => ours[name] !== theirs[name]).toSorted();
}
