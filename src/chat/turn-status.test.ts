/** What a chat says while it waits, from the events of a real engine on the fake host. */

import { describe, expect, it } from 'vitest';
import { answer, play, refusal } from '../../test/fakes/chat-stage.ts';
import type { UpstreamStep } from '../../test/fakes/fake-host.ts';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import type { EngineEvent } from '../model/events.ts';
import { TurnStatus } from './turn-status.ts';

const about = { requestId: 'r', model: 'main' } as const;
const one = { target: 'one/m', origin: 'https://one.example' } as const;
const two = { target: 'two/m', origin: 'https://two.example:444' } as const;
const own = { target: 'own/m', origin: 'http://127.0.0.1:11434' } as const;

function asking(
  of: typeof one | typeof two | typeof own,
  connection?: 'opening' | 'open',
): EngineEvent {
  return { type: 'asking', ...about, ...of, ...(connection && { connection }) };
}

function unreached(target: string, code: string): EngineEvent {
  const evidence = { rule: `exception-${code}`, kind: 'exception' } as const;
  const what = `${target} could not be reached (${code})`;
  return {
    type: 'rescue',
    ...about,
    target,
    credential: 'k',
    failure: { class: 'connect', evidence, message: `connect ${code}`, code },
    decision: { kind: 'next-target', reason: 'free' },
    text: `${what}, going on to the next target`,
    what,
  };
}

function held(
  ...causes: readonly (readonly [
    typeof one | typeof two | typeof own,
    'connect' | 'rate-limit',
    string,
  ])[]
): EngineEvent {
  const until = createFakeHost().clock.now() + 65_000;
  return {
    type: 'waiting',
    ...about,
    forMs: 65_000,
    text: 'no model is available right now; retrying in 65.0 s',
    held: causes.map(([of, cause, evidence], index) => ({
      ...of,
      cause,
      evidence,
      until: until + index,
    })),
  };
}

function hearing(...events: readonly EngineEvent[]): TurnStatus {
  const status = new TurnStatus(createFakeHost().clock, 'main');
  for (const event of events) status.hear(event);
  return status;
}

describe('the words', () => {
  it.each<[string, readonly EngineEvent[], string | RegExp]>([
    ['nothing was heard', [], 'preparing the request'],
    ['a kept connection', [asking(one)], 'waiting for the first token of one/m at one.example'],
    ['a new connection', [asking(one), asking(one, 'opening')], 'connecting to one.example'],
    [
      'it is open',
      [asking(one, 'opening'), asking(one, 'open')],
      'waiting for the first token of one/m at one.example',
    ],
    [
      'a fallback',
      [asking(one), unreached('one/m', 'ECONNREFUSED'), asking(two, 'opening')],
      'one/m could not be reached (ECONNREFUSED); asking two/m instead: connecting to two.example:444',
    ],
    [
      'the same again',
      [asking(one), unreached('one/m', 'ECONNRESET'), asking(one)],
      'one/m could not be reached (ECONNRESET); asking it again: waiting for the first token of one/m at one.example',
    ],
    [
      'a rest',
      [held([one, 'rate-limit', 'slow down'], [two, 'rate-limit', 'slow down'])],
      /^one\/m rests until \d\d:\d\d:\d\d \(rate-limit\), 1 more for longer$/,
    ],
    [
      'a queue',
      [{ type: 'waiting', ...about, forMs: 0, text: 'waiting its turn', held: [] }],
      'waiting its turn',
    ],
    [
      'another request',
      [{ ...asking(one), model: 'title_generation' } as EngineEvent],
      'preparing the request',
    ],
  ])('%s', (_name, events, words) => {
    expect(hearing(...events).words).toMatch(words);
    if (typeof words === 'string') expect(hearing(...events).words).toBe(words);
  });
});

describe('offline', () => {
  const away = [
    held(
      [one, 'connect', 'getaddrinfo ENOTFOUND one.example'],
      [two, 'connect', 'connect ENETUNREACH 1.2.3.4'],
    ),
  ];
  const sentence = (servers: string): string =>
    `This machine seems to be offline: no connection to ${servers}. The message goes on waiting.`;
  const both = sentence('one.example (ENOTFOUND), two.example:444 (ENETUNREACH)');

  it.each<[string, readonly EngineEvent[], string | undefined]>([
    ['all that are waited for have no name or no route', away, both],
    ['it goes on trying', [...away, asking(one), asking(one, 'opening')], both],
    ['a connection opens', [...away, asking(one, 'opening'), asking(one, 'open')], undefined],
    [
      'one is at its limit',
      [held([one, 'connect', 'ENOTFOUND'], [two, 'rate-limit', 'slow'])],
      undefined,
    ],
    [
      'one is at its limit, and comes first',
      [held([two, 'rate-limit', 'slow'], [one, 'connect', 'ENOTFOUND'])],
      undefined,
    ],
    ['a server refuses the connection', [held([one, 'connect', 'ECONNREFUSED'])], undefined],
    ['the server is on this machine', [held([own, 'connect', 'ECONNREFUSED'])], undefined],
    [
      'the server on this machine is down, too',
      [held([own, 'connect', 'ECONNREFUSED'], [one, 'connect', 'EAI_AGAIN'])],
      sentence('one.example (EAI_AGAIN)'),
    ],
  ])('%s', (_name, events, words) => {
    const status = hearing(...events);
    const waiting = 'offline, as it seems; still trying';
    if (words === undefined) expect(status.words).not.toBe(waiting);
    else expect(status.words).toBe(waiting);
    expect([status.takeNews(), status.takeNews()]).toEqual([words, undefined]);
  });

  it('is said where connections hang, after a while', () => {
    const status = hearing(asking(one, 'opening'));
    expect([status.takeNews(), status.noteLate(), status.takeNews()]).toEqual([
      undefined,
      true,
      sentence('one.example (no answer)'),
    ]);
    expect(status.noteLate()).toBe(false);
  });

  it('is not said late where a server was reached before, though another has no name', () => {
    const reached = [asking(two, 'opening'), asking(two, 'open')];
    const lost = [asking(one, 'opening'), unreached('one/m', 'ENOTFOUND')];
    expect(hearing(...reached, ...lost).noteLate()).toBe(false);
    expect(hearing(...lost).noteLate()).toBe(true);
  });

  it('is not said where a server is merely slow', () => {
    const status = hearing(asking(one, 'opening'), asking(one, 'open'));
    expect(status.noteLate()).toBe(false);
  });

  it('is said within 10 s by a chat, which goes on waiting and answers when the network is back', async () => {
    const lost = (): UpstreamStep => ({
      error: Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }),
    });
    let saidAfter: number | undefined;
    const { face } = await play({
      lines: ['one'],
      steps: [],
      prepare: (host, shown) => {
        const startedAt = host.clock.monotonic();
        host.upstream.answerBy(() =>
          host.clock.monotonic() - startedAt < 20_000 ? lost() : answer('back'),
        );
        void (async () => {
          for (let second = 0; second < 60 && shown.shown.length < 2; second += 1) {
            await host.advance(1000);
            if (shown.shown.length > 0) saidAfter ??= host.clock.monotonic() - startedAt;
          }
        })();
      },
    });
    expect(saidAfter).toBeLessThan(10_000);
    expect(face.shown.slice(0, 2)).toEqual([
      sentence('one.example (ENOTFOUND), two.example (ENOTFOUND)'),
      'answer: back',
    ]);
  });
});

it('a chat names the fallback that it asks, and why', async () => {
  const { face } = await play({ lines: ['one'], steps: [refusal('no such model'), answer('B')] });
  expect(face.statuses.slice(0, 2)).toEqual([
    'preparing the request',
    'waiting for the first token of one/m at one.example',
  ]);
  expect(face.statuses.at(-1)).toMatch(
    /^one\/m.*; asking two\/m instead: waiting for the first token of two\/m at two\.example$/,
  );
});
