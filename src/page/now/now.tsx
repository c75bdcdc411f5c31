/** The view *Now*: keys, agents, requests in progress, and what ended last. */

import type { VNode } from 'preact';
import type { Snapshot } from '../../explain/snapshot/snapshot.ts';
import { LastHour } from '../history/history.tsx';
import { Troubles } from '../verdict.tsx';
import { Agents } from './agents.tsx';
import { Keys } from './keys.tsx';
import { Late } from './late.tsx';
import { EmptyFirst } from './limits.tsx';
import { Live } from './live.tsx';

export function Now({ snapshot }: { readonly snapshot: Snapshot }): VNode {
  const { credentials, callers, live, recent } = snapshot;
  return (
    <>
      <Troubles snapshot={snapshot} />
      <EmptyFirst credentials={credentials} />
      <Keys credentials={credentials} />
      <div class="columns">
        <Agents callers={callers} live={live} recent={recent} />
        <Live live={live} />
      </div>
      <LastHour />
      <Late recent={recent} />
    </>
  );
}
