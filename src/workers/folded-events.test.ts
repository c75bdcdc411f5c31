/** Events that several processes tell alike are told once. */

import { expect, it } from 'vitest';
import type { EngineEvent } from '../model/events.ts';
import { foldEvents } from './folded-events.ts';

const warning = (text: string): EngineEvent => ({ type: 'warning', code: 'odd', text });
const reloaded: EngineEvent = { type: 'config-reloaded', path: '/c', text: 'read again' };
const asked: EngineEvent = { type: 'change-asked', text: 'someone asks' };

it.each<[string, readonly (readonly [at: number, event: EngineEvent])[], readonly number[]]>([
  [
    'the same warning of several processes',
    [
      [0, warning('a')],
      [5, warning('a')],
      [599_999, warning('a')],
    ],
    [0],
  ],
  [
    'the same warning long after',
    [
      [0, warning('a')],
      [600_000, warning('a')],
    ],
    [0, 600_000],
  ],
  [
    'another warning',
    [
      [0, warning('a')],
      [1, warning('b')],
    ],
    [0, 1],
  ],
  [
    'a configuration that all read again',
    [
      [0, reloaded],
      [300, reloaded],
      [6000, reloaded],
    ],
    [0, 6000],
  ],
  [
    'what somebody asks twice',
    [
      [0, asked],
      [1, asked],
    ],
    [0, 1],
  ],
])('%s', (_, given, told) => {
  let now = 0;
  const heard: number[] = [];
  const listener = foldEvents({ monotonic: () => now }, () => heard.push(now));
  for (const [at, event] of given) {
    now = at;
    listener(event);
  }
  expect(heard).toEqual(told);
});
