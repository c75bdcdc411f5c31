/** What the caller of one request of a story got. */

import type { RequestRecord } from '../../../src/model/record.ts';
import type { DrawnRoutes } from '../scenario.ts';
import type { Life } from './shared-store.ts';
import type { Step } from './story.ts';

export type Asking = Extract<Step, { readonly do: 'ask' }>;

/** What the caller of one request got. */
export interface Told {
  readonly asking: Asking;
  readonly life: Life;
  /** The routes in force when it asked; undefined: they had just changed. */
  readonly routes: DrawnRoutes | undefined;
  /** Ms since the start, as all times of it. */
  readonly at: number;
  status: number;
  headers: Readonly<Record<string, string>>;
  heads: number;
  ends: number;
  text: string;
  endedAt: number | undefined;
  leftAt: number | undefined;
  record: RequestRecord | undefined;
  /** The record as JSON. */
  recordText: string;
}

export const question = (number: number): string =>
  `${number} is what I ask, and nobody else may ever read plan ${number} of mine`;

export function openTold(
  asking: Asking,
  life: Life,
  routes: DrawnRoutes | undefined,
  at: number,
): Told {
  return {
    asking,
    life,
    routes,
    at,
    status: 0,
    headers: {},
    heads: 0,
    ends: 0,
    text: '',
    endedAt: undefined,
    leftAt: undefined,
    record: undefined,
    recordText: '',
  };
}
