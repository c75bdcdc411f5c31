/** The frame of the page: the verdict, how the connection stands, and the view below. */

import type { VNode } from 'preact';
import { describeElapsed } from '../access/wording/when.ts';
import { isShutOut, isStale, silentMs, snapshot } from './gateway.ts';
import { Now } from './now/now.tsx';
import { Command, Sign } from './parts.tsx';

export function App(): VNode {
  const taken = snapshot.value;
  return (
    <>
      <header class="top">
        <Verdict />
        <p class="link" data-stale={isStale.value}>
          {isStale.value ? 'no news' : 'live'}
          {taken !== undefined && (
            <>
              {' · '}
              {taken.self.version}
              {taken.self.config.generation !== undefined &&
                ` · config ${taken.self.config.generation}`}
            </>
          )}
        </p>
      </header>
      <LinkTrouble />
      <main data-stale={isStale.value}>{taken !== undefined && <Now snapshot={taken} />}</main>
    </>
  );
}

function Verdict(): VNode {
  const { state, text, fixes } = snapshot.value?.verdict ?? {
    state: 'unknown' as const,
    text: 'the gateway is being asked',
    fixes: [],
  };
  return (
    <div class="verdict">
      <h1 aria-live="polite">
        <Sign state={isStale.value ? 'unknown' : state} />
        {text}
      </h1>
      {fixes.map((fix) => (
        <Command key={fix.text} fix={fix} />
      ))}
    </div>
  );
}

function LinkTrouble(): VNode | null {
  if (isShutOut.value)
    return (
      <p class="trouble" role="alert">
        This browser is not let in any longer. In a terminal: <code>holdfast ui</code>
      </p>
    );
  if (!isStale.value || snapshot.value === undefined) return null;
  return (
    <p class="trouble" role="alert">
      The gateway has said nothing for {describeElapsed(silentMs.value)}. What stands below is from
      then; it is asked again each second.
    </p>
  );
}
