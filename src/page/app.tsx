/** The frame of the page: the verdict, how the connection stands, and the view below. */

import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { describeClock, describeElapsed } from '../access/wording/when.ts';
import { describeWorkers } from '../explain/snapshot/describe-workers.ts';
import type { Snapshot } from '../explain/snapshot/snapshot.ts';
import { shellLine } from '../host/shell-line.ts';
import { describeFleet } from '../store/fleet/describe-fleet.ts';
import { canNotify } from './browser.ts';
import { Cost } from './cost/cost.tsx';
import { Doctor } from './doctor/doctor.tsx';
import { caller, isShutOut, isStale, lastAt, now, silentMs, snapshot } from './gateway.ts';
import { History } from './history/history.tsx';
import { KeysView } from './keys/keys-view.tsx';
import { Log } from './log/log.tsx';
import { switchNotices, wantsNotices } from './notices.ts';
import { Now } from './now/now.tsx';
import { Own } from './own/own.tsx';
import { Problem } from './parts.tsx';
import { Request } from './request/request.tsx';
import { linkTo, view } from './route.ts';
import { Tasks } from './tasks/tasks.tsx';
import { Verdict } from './verdict.tsx';

interface NamedView {
  /** In the list of views. Absent: it is reached from others. */
  readonly title?: string;
  readonly draw: (snapshot: Snapshot, of: string) => VNode;
}

interface OwnView extends Pick<NamedView, 'title'> {
  readonly draw: (of: string) => VNode;
}

const places: Readonly<Record<string, NamedView>> = {
  now: { title: 'Now', draw: (taken) => <Now snapshot={taken} /> },
  keys: { title: 'Keys', draw: (taken, of) => <KeysView snapshot={taken} of={of} /> },
  tasks: { title: 'Tasks', draw: (taken, of) => <Tasks snapshot={taken} of={of} /> },
  cost: { title: 'Cost', draw: () => <Cost /> },
  history: { title: 'History', draw: (_taken, of) => <History of={of} /> },
  log: { title: 'Log', draw: () => <Log /> },
  doctor: { title: 'Doctor', draw: () => <Doctor /> },
  request: { draw: (taken, id) => <Request id={id} live={taken.live} /> },
};

/** What a caller sees that came with its own key. */
const ownPlaces: Readonly<Record<string, OwnView>> = {
  now: { title: 'Requests', draw: () => <Own /> },
  cost: { title: 'Cost', draw: () => <Cost /> },
  history: { title: 'History', draw: (of) => <History of={of} /> },
  request: { draw: (id) => <Request id={id} live={[]} /> },
};

export function App(): VNode {
  const { name } = view.value;
  const all = caller.value === undefined ? places : ownPlaces;
  return (
    <>
      <header class="top">
        <nav aria-label="Views">
          {Object.entries(all).map(([to, { title }]) =>
            title === undefined ? null : (
              <a key={to} href={linkTo(to)} aria-current={to === name ? 'page' : undefined}>
                {title}
              </a>
            ),
          )}
        </nav>
        <Notices />
        <Link />
      </header>
      <LinkTrouble />
      <main data-stale={isStale.value}>
        <Shown />
      </main>
    </>
  );
}

function Shown(): VNode {
  const { name, of } = view.value;
  const nothing = <Problem text={`There is no view ${name}.`} />;
  if (caller.value !== undefined)
    return (
      <>
        <h1>{caller}</h1>
        {Object.hasOwn(ownPlaces, name) ? ownPlaces[name]?.draw(of) : nothing}
      </>
    );
  const taken = snapshot.value;
  const draw = Object.hasOwn(places, name) ? places[name]?.draw : undefined;
  return (
    <>
      <Verdict snapshot={taken} />
      {taken !== undefined && (draw?.(taken, of) ?? nothing)}
    </>
  );
}

/** Switches notifications of a changed verdict, where the browser knows any. */
function Notices(): VNode | null {
  const said = useSignal('');
  if (!canNotify() || caller.value !== undefined) return null;
  const turn = async (): Promise<void> => {
    said.value = (await switchNotices()) ?? '';
  };
  return (
    <p class="notices">
      <button type="button" aria-pressed={wantsNotices.value} onClick={() => void turn()}>
        notify of changes
      </button>{' '}
      <span role="status">{said}</span>
    </p>
  );
}

function Link(): VNode {
  const self = snapshot.value?.self;
  const facts = [
    isStale.value ? 'no news' : 'live',
    ...(self === undefined ? [] : [self.version]),
    ...(self?.workers === undefined ? [] : [describeWorkers(self.workers)]),
    ...(self?.fleet === undefined ? [] : [describeFleet(self.fleet)]),
    ...(self?.config.generation === undefined ? [] : [`config ${self.config.generation}`]),
  ];
  return (
    <p class="link" data-stale={isStale.value}>
      {facts.join(' · ')}
    </p>
  );
}

function LinkTrouble(): VNode | null {
  if (isShutOut.value)
    return (
      <Problem
        text={`This browser is not let in any longer. In a terminal: ${shellLine`holdfast ui`}`}
      />
    );
  const isKnown = snapshot.value !== undefined || caller.value !== undefined;
  if (!isStale.value || !isKnown) return null;
  return (
    <Problem
      text={`The gateway has said nothing for ${describeElapsed(silentMs.value)}. What stands below is of ${describeClock(lastAt.value, now.value)}; it is asked again each second.`}
    />
  );
}
