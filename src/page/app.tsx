/** The frame of the page: the verdict, how the connection stands, and the view below. */

import type { VNode } from 'preact';
import { describeElapsed } from '../access/wording/when.ts';
import type { Snapshot } from '../explain/snapshot/snapshot.ts';
import { Cost } from './cost/cost.tsx';
import { isShutOut, isStale, silentMs, snapshot } from './gateway.ts';
import { KeysView } from './keys/keys-view.tsx';
import { Log } from './log/log.tsx';
import { Now } from './now/now.tsx';
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

const places: Readonly<Record<string, NamedView>> = {
  now: { title: 'Now', draw: (taken) => <Now snapshot={taken} /> },
  keys: { title: 'Keys', draw: (taken, of) => <KeysView snapshot={taken} of={of} /> },
  tasks: { title: 'Tasks', draw: (taken, of) => <Tasks snapshot={taken} of={of} /> },
  cost: { title: 'Cost', draw: () => <Cost /> },
  log: { title: 'Log', draw: () => <Log /> },
  request: { draw: (taken, id) => <Request id={id} snapshot={taken} /> },
};

export function App(): VNode {
  const taken = snapshot.value;
  const { name, of } = view.value;
  const place = Object.hasOwn(places, name) ? places[name] : undefined;
  return (
    <>
      <header class="top">
        <nav aria-label="Views">
          {Object.entries(places).map(([to, { title }]) =>
            title === undefined ? null : (
              <a key={to} href={linkTo(to)} aria-current={to === name ? 'page' : undefined}>
                {title}
              </a>
            ),
          )}
        </nav>
        <Link />
      </header>
      <LinkTrouble />
      <main data-stale={isStale.value}>
        <Verdict snapshot={taken} />
        {taken !== undefined &&
          (place?.draw(taken, of) ?? <Problem text={`There is no view ${name}.`} />)}
      </main>
    </>
  );
}

function Link(): VNode {
  const self = snapshot.value?.self;
  const facts = [
    isStale.value ? 'no news' : 'live',
    ...(self === undefined ? [] : [self.version]),
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
    return <Problem text="This browser is not let in any longer. In a terminal: holdfast ui" />;
  if (!isStale.value || snapshot.value === undefined) return null;
  return (
    <Problem
      text={`The gateway has said nothing for ${describeElapsed(silentMs.value)}. What stands below is from then; it is asked again each second.`}
    />
  );
}
