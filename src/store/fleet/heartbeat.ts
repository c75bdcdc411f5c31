/**
 * Members of a fleet tell each other that they are there, with which version, configuration and
 * clock, beside the log. Nothing depends on it but what people are told.
 */

import { createHmac } from 'node:crypto';
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
}

interface Beat extends MemberFacts {
  /** By the engine's clock, epoch ms. */
  readonly saidAt: number;
  readonly clockAheadMs: number;
  /** How far it has applied which log. */
  readonly position: string;
}

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

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  /** From now on it is told regularly. */
  start(): void {
    this.stop();
    const next = (): void => {
      this.#timer = this.#parts.host.clock.startTimer(beatMs, () => void this.#beat().then(next));
    };
    void this.#beat().then(next);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** This member ends, and is not missed. */
  async leave(): Promise<void> {
    if (this.#timer === undefined) return;
    this.stop();
    await this.#parts.log.meet(keyOf(this.#parts.describe()), 'gone').catch(() => undefined); // as killed
  }

  /** Looks without being seen. Rejects with `LogGone`. */
  async look(): Promise<void> {
    const { log } = this.#parts;
    this.#note(await log.meet('', ''), this.#parts.host.clock.now());
    this.#faults = await log.readFaults();
  }

  standing(): Omit<FleetStanding, 'engine' | 'alone'> {
    const own = keyOf(this.#parts.describe());
    const { settings, variables } = this.#parts.describe();
    const now = this.#parts.host.clock.now();
    const members = this.#beats.map((beat): FleetMember => {
      const { id, machine, version, saidAt, clockAheadMs } = beat;
      const seenAt = saidAt + this.#aheadMs;
      return {
        key: keyOf(beat),
        id,
        machine,
        version,
        isSelf: keyOf(beat) === own,
        seenAt,
        isAway: now - seenAt > awayMs,
        clockAheadMs,
        otherSettings: listDifferent(settings, beat.settings),
        otherVariables: listDifferent(variables, beat.variables),
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
    return this.#beats.flatMap((beat) => {
      const [theirs, applied] = splitPosition(beat.position);
      const isThere = keyOf(beat) === own || (theirs === epoch && applied >= at);
      return isThere ? [] : keyOf(beat);
    });
  }

  async #beat(): Promise<void> {
    const { host, log, seal, describe, position } = this.#parts;
    const { clock } = host;
    const facts = describe();
    const beat: Beat = {
      ...facts,
      saidAt: clock.now() - this.#aheadMs,
      clockAheadMs: this.#aheadMs,
      position: position() ?? '',
    };
    try {
      if (this.#count === 0)
        await this.look(); // whose clock says what
      else
        this.#note(
          await log.meet(keyOf(facts), seal.sign(label, JSON.stringify(beat))),
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
      return text === undefined ? [] : [parseBeat(text)];
    });
  }
}

/** No two members have the same one, not even with one state folder copied to both. */
function keyOf({ home, machine }: Pick<MemberFacts, 'home' | 'machine'>): string {
  return `${home} ${machine}`;
}

/** Only members can have said it. */
function parseBeat(text: string): Beat {
  return JSON.parse(text);
}

function splitPosition(position = ''): readonly [epoch: string, at: number] {
  const [epoch = '', at] = position.split(' ');
  return [epoch, Number(at)];
}

function listDifferent(
  ours: Readonly<Record<string, string>>,
  theirs: Readonly<Record<string, string>>,
): readonly string[] {
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...names].filter((name) => ours[name] !== theirs[name]).toSorted();
}
