/** What the laws of a home are judged by, and what several of them ask of it. */

import { rowOfClass } from '../../../src/failures/classes.ts';
import type { FailureClass } from '../../../src/model/failure.ts';
import type { Home } from './home.ts';
import type { Sent } from './network.ts';
import type { Told } from './told.ts';

/** What has happened since the last judgement. */
export interface Fresh {
  readonly sent: readonly Sent[];
  /** Ended, left, or cut off with their process. */
  readonly over: readonly Told[];
  /** The last judgement: everything must be over. */
  readonly isLast: boolean;
}

export type Judge = (home: Home, fresh: Fresh) => readonly string[];

export const idOf = ({ asking }: Told): string => `r${asking.number}`;

export function sentFor({ network }: Home, { asking, life }: Told): readonly Sent[] {
  return network.sent.filter((sent) => sent.number === asking.number && sent.life === life);
}

/** The request itself was refused, as its record says. */
export function isRefused({ record }: Told): boolean {
  return (
    record?.attempts.some(
      ({ failure }) => failure !== undefined && isRequestFault(failure.class),
    ) === true
  );
}

/** As docs/errors.md has it; a finish word that means failure is passed on as it came, too. */
export const isRequestFault = (name: FailureClass): boolean =>
  rowOfClass(name).isRequestFault === true || name === 'unfinished';
