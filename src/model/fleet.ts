/** What a member of a fleet knows of the others and of the engine (docs/fleet.md). Types. */

import type { RequestRecord } from './record.ts';

export interface FleetStanding {
  /** Host and port of the engine. */
  readonly engine: string;
  /** Why this member is alone. Absent: it is not. */
  readonly alone?: string | undefined;
  /** This member and all that were seen in the last ten minutes, by machine. */
  readonly members: readonly FleetMember[];
  /** What about the engine's own settings does not suit a fleet. */
  readonly engineFaults: readonly EngineFault[];
}

/** `evicts`: short of memory, it drops keys. `forgets`: it keeps nothing over a restart. */
export type EngineFault = 'evicts' | 'forgets';

export interface FleetMember {
  /** Tells it from all others. */
  readonly key: string;
  /** Begins the id of each request that it answers; two members may have the same one. */
  readonly id: string;
  readonly machine: string;
  readonly version: string;
  readonly isSelf: boolean;
  /** When it last said that it is there, by our clock, epoch ms. */
  readonly seenAt: number;
  /** It has not said so for longer than it would be silent, or has said that it is alone. */
  readonly isAway: boolean;
  /** How far its clock is ahead of the engine's; negative if it is behind. */
  readonly clockAheadMs: number;
  /** Sections of the configuration that differ from ours. */
  readonly otherSettings: readonly string[];
  /** Variables of `.env` that differ from ours, or that only one of us has. */
  readonly otherVariables: readonly string[];
}

/** What became of a question for the record of a request that another member has served. */
export type FoundElsewhere =
  | { readonly kind: 'found'; readonly record: RequestRecord }
  /** It has none, its record is too large to be passed on, or it does not answer. */
  | {
      readonly kind: 'none' | 'too-large' | 'silent';
      readonly member: Pick<FleetMember, 'id' | 'machine' | 'seenAt'>;
    }
  /** No member that was seen in the last ten minutes has these letters. */
  | { readonly kind: 'unknown'; readonly letters: string }
  /** It is of this member. */
  | { readonly kind: 'own' }
  | { readonly kind: 'alone'; readonly why: string };
