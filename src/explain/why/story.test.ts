/** Tales as they are read: records made by hand, told in the time zone of this machine. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordOf } from '../../../test/fakes/record.ts';
import type { FailureClass } from '../../model/failure.ts';
import type { AttemptRecord, RequestRecord } from '../../model/record.ts';
import {
  createStory,
  describeCauses,
  describeIncidents,
  describeStory,
  foldIncidents,
} from './story.ts';

const at = new Date(2026, 10, 22, 14, 3, 1).getTime();
const second = 1000;

const record = (facts: Partial<RequestRecord>): RequestRecord =>
  recordOf({ at, durationMs: 2100, streamed: true, ...facts });

/** An attempt that began `from` s after the request and took `seconds`. */
const attempt = (
  target: string,
  key: string,
  [from, seconds]: readonly [number, number],
  more: Partial<AttemptRecord> = {},
): AttemptRecord => ({
  target,
  credential: `${target.split('/')[0]}:config:${key}`,
  fingerprint: `sha256:${key}`,
  startedAt: at + from * second,
  durationMs: seconds * second,
  ...more,
});

const failed = (
  failure: FailureClass,
  message: string,
  status?: number,
): Pick<AttemptRecord, 'failure' | 'status'> => ({
  failure: { class: failure, rule: 'some-rule', message },
  ...(status === undefined ? {} : { status }),
});

const tell = (facts: Partial<RequestRecord>, now = at + 5 * second): string =>
  describeStory(record(facts), createStory(record(facts), now));

describe('a story of many candidates', () => {
  it('has twelve lines at most, counts each candidate once, and names all when asked', () => {
    const targets = Array.from({ length: 13 }, (_, index) => `acme/m${index}`);
    fc.assert(
      fc.property(fc.nat({ max: 12 }), fc.boolean(), (failing, isAnswered) => {
        const facts = {
          outcome: isAnswered ? 'answered' : 'failed',
          answeredBy: isAnswered ? targets[failing] : undefined,
          attempts: targets
            .slice(0, failing + 1)
            .map((id, index) =>
              attempt(
                id,
                'a',
                [index, 1],
                isAnswered && index === failing ? {} : failed('server-error', 'no', 500),
              ),
            ),
          skipped: targets.slice(failing + 1).map((target) => ({
            target,
            cause: 'not-needed' as const,
            reason: 'another had the answer',
          })),
          fixes: ['one', 'two', 'three'],
        } as const;
        const story = createStory(record(facts), at);
        const short = describeStory(record(facts), story).trim().split('\n');
        expect(short.length).toBeLessThanOrEqual(12);
        const [, more = '0'] = /→ (\d+) more/.exec(short.join('\n')) ?? [];
        const named = short.filter((line) => /^ .*→ acme/.test(line));
        expect(named.length + Number(more)).toBe(13);
        expect(describeStory(record(facts), story, true)).toContain('→ acme/m12');
      }),
    );
  });
});

describe('a story', () => {
  it('tells who answered and why not the first, with each key, the end of its rest and who set it', () => {
    const told = tell({
      caller: 'claude-cli',
      configGeneration: 7,
      answeredBy: 'anthropic/sonnet',
      usage: { inputTokens: 512, outputTokens: 830 },
      firstEventMs: 1300,
      attempts: [
        attempt('openai/gpt', 'work', [0, 0.2], {
          ...failed('rate-limit', 'Rate limit reached… try again in 20s', 429),
          heldBack: { until: at + 20 * second, endSetBy: 'provider' },
          foundAt: '.env:3',
        }),
        attempt('anthropic/sonnet', 'ant-1', [0.4, 1.7]),
      ],
      skipped: [
        {
          target: 'openai/gpt',
          credential: 'openai:config:home',
          cause: 'held-back',
          heldFor: 'billing',
          reason: 'billing: account spent',
          summary: 'account spent',
          since: at - 60 * second,
          until: at + 3600 * second,
          endSetBy: 'ours',
        },
      ],
    });
    expect(told).toBe(`\
Answered after 2.1 s by anthropic/sonnet, the second choice, because openai/gpt was at its rate limit and was out of credit.
  main → openai/gpt        key work (.env:3)  429 after 200 ms  "Rate limit reached… try again in 20s"  rests until 14:03:21 (set by openai)
                           key home           not asked: out (billing) since 14:02:01, looked at again at 15:03  "account spent"
       → anthropic/sonnet  key ant-1          answered: first word after 900 ms, 1.7 s in all, 512 → 830 tokens
  14:03:01 · asked by claude-cli · config 7 · request hfr_1 · holdfast explain rate-limit
  To fix: holdfast explain main
`);
  });

  it('folds repeats with their count, and says so when the same key answers after all', () => {
    const refused = failed('auth-suspect', 'Authentication failed.', 401);
    const told = tell({
      answeredBy: 'acme/m',
      attempts: [
        attempt('acme/m', 'a', [0, 0.1], refused),
        attempt('acme/m', 'a', [1, 0.1], refused),
        attempt('acme/m', 'a', [2, 0.1]),
      ],
    });
    expect(told).toContain(
      'Answered after 2.1 s by acme/m at the third request, because it refused its key',
    );
    expect(told).toContain('401, 2 times, 200 ms together  "Authentication failed."');
    expect(told).toContain('What failed may be asked again now.');
    expect(told.match(/key a/g)).toHaveLength(1);
  });

  it('names the budget that ended a request, and what helps', () => {
    const told = tell({
      outcome: 'failed',
      cause: 'budget',
      attempts: [],
      skipped: [
        {
          target: 'acme/m',
          credential: 'acme:config:a',
          cause: 'budget',
          reason:
            'the budget of $1.00 a day for all requests has no room: $0.99 spent; set by budget',
          summary: 'the budget of $1.00 a day for all requests has no room',
          until: at + 3600 * second,
        },
      ],
    });
    expect(told).toMatch(
      /^No target was asked: the budget of \$1\.00 a day for all requests has no room\.\n/,
    );
  });

  it('tells where a stream was continued, and that nothing was repeated', () => {
    const told = tell({
      answeredBy: 'spare/n',
      attempts: [
        attempt(
          'acme/m',
          'a',
          [0, 1],
          failed('stream-cut', 'the other side closed the connection'),
        ),
        attempt('spare/n', 'b', [1, 1]),
      ],
      joints: [
        { at: 812, from: 'acme/m', to: 'spare/n', way: 'instruct', finding: 'clean', removed: 0 },
      ],
    });
    expect(told).toContain(
      'Answered after 2.1 s by acme/m and from character 812 on by spare/n, because acme/m broke off.',
    );
    expect(told).toContain('continued at character 812 by spare/n');
  });

  it.each<[string, Partial<RequestRecord>, RegExp]>([
    [
      'a plain success',
      { answeredBy: 'acme/m', attempts: [attempt('acme/m', 'a', [0, 2])] },
      /^Answered after 2\.1 s by acme\/m, the first that was asked\.[\s\S]*Nothing to fix\.$/,
    ],
    [
      'an answer that its limit left empty',
      {
        answeredBy: 'acme/m',
        attempts: [
          attempt(
            'acme/m',
            'a',
            [0, 2],
            failed('empty', 'its output limit was reached before any text'),
          ),
        ],
      },
      /^An empty answer was passed on after 2\.1 s[\s\S]*To fix: raise its output limit, which thinking counts to/,
    ],
    [
      'another key of the same target',
      {
        answeredBy: 'acme/m',
        attempts: [
          attempt('acme/m', 'a', [0, 1], failed('auth-revoked', 'gone', 401)),
          attempt('acme/m', 'b', [1, 1]),
        ],
        fixes: ['holdfast auth test acme'],
      },
      /by acme\/m with key b at the second request, because it said that key a has ended or was withdrawn\.[\s\S]*To fix: holdfast auth test acme$/,
    ],
    [
      'a key of a later target that is missing beside one that answers',
      {
        answeredBy: 'spare/n',
        attempts: [
          attempt('acme/m', 'a', [0, 1], failed('rate-limit', 'slow down', 429)),
          attempt('spare/n', 'b', [1, 1]),
        ],
        skipped: [
          {
            target: 'spare/n',
            credential: 'spare:caller:plan',
            cause: 'auth-missing',
            reason: 'the request brings no login of its own',
          },
        ],
      },
      /by spare\/n, the second choice, because acme\/m was at its rate limit\.\n[\s\S]*key plan +not asked: the request brings/,
    ],
    [
      'a refusal of the request itself',
      {
        outcome: 'failed',
        attempts: [attempt('acme/m', 'a', [0, 1], failed('content-policy', 'no', 400))],
      },
      /^Refused after 2\.1 s: acme\/m refused the content, which another target or key would not change\.[\s\S]*change the request/,
    ],
    [
      'everybody out',
      {
        outcome: 'failed',
        attempts: [attempt('acme/m', 'a', [0, 1], failed('overloaded', 'busy', 503))],
        fixes: [
          'see https://status.example',
          'add a second model to fallback_chain, which answers when this one cannot (holdfast fallback add)',
        ],
      },
      /^No target answered, after 2\.1 s and 1 request: acme\/m was overloaded\.[\s\S]*To fix: see https[\s\S]*\n {6}or: add a second/,
    ],
    [
      'a key that is missing beside one that was asked',
      {
        outcome: 'failed',
        attempts: [attempt('acme/m', 'a', [0, 1], failed('overloaded', 'busy', 503))],
        skipped: [{ target: 'acme/m', cause: 'auth-missing', reason: 'ACME_API_KEY is not set' }],
      },
      /: acme\/m was overloaded\.\n[\s\S]*not asked: ACME_API_KEY is not set/,
    ],
    [
      'nobody asked',
      {
        outcome: 'failed',
        skipped: [{ target: 'acme/m', cause: 'auth-missing', reason: 'ACME_API_KEY is not set' }],
      },
      /^No target was asked, because acme\/m has no key\.\n.*not asked: ACME_API_KEY is not set/,
    ],
    [
      'no place free',
      { outcome: 'failed', notes: ['no place was free for the task "x"'] },
      /^Not answered: no place was free/,
    ],
    [
      'a break that nobody continued',
      {
        outcome: 'broken',
        answeredBy: 'acme/m',
        attempts: [attempt('acme/m', 'a', [0, 1], failed('stream-cut', 'cut'))],
        notContinued: 'a tool call cannot be continued',
      },
      /^Broke off after 2\.1 s, in the middle of the answer: it broke off\. It was not continued: a tool call/,
    ],
    [
      'a caller who left',
      { outcome: 'client-gone', attempts: [attempt('acme/m', 'a', [0, 2])] },
      /^The caller left after 2\.1 s, while acme\/m was being asked\.[\s\S]*asked for 2\.0 s, until the caller left/,
    ],
    [
      'what a shutdown cut off',
      {
        outcome: 'failed',
        cause: 'local',
        attempts: [attempt('acme/m', 'a', [0, 2])],
        notes: ['the gateway went down'],
      },
      /^Cut off after 2\.1 s: the gateway went down\.[\s\S]*asked for 2\.0 s, until it was cut off[\s\S]*To fix: ask again\./,
    ],
    [
      'an answer at once that was waited for',
      {
        answeredBy: 'acme/m',
        attempts: [attempt('acme/m', 'a', [0, 2])],
        times: { beforeMs: 5000, atMs: 2000, betweenMs: 0, afterMs: 0 },
      },
      /the first that was asked\.[\s\S]*It waited 5\.0 s for its turn\.$/,
    ],
    ['an estimate', {}, /^Answered after 2\.1 s by Holdfast itself\./],
  ])('of %s', (_what, facts, expected) => {
    expect(tell(facts).trimEnd()).toMatch(expected);
  });

  it('names who was not needed last, and gives him no part in what went wrong', () => {
    const told = tell({
      answeredBy: 'acme/m',
      attempts: [attempt('acme/m', 'a', [0, 2])],
      skipped: [
        {
          target: 'spare/n',
          credential: 'spare:config',
          cause: 'not-needed',
          reason: 'another had the answer',
        },
      ],
      unlisted: [{ target: 'spare/n', count: 3 }],
    });
    expect(told).toMatch(/^Answered after 2\.1 s by acme\/m, the first that was asked\./);
    expect(told).toMatch(
      /answered: .*\n {7}→ spare\/n {2}key config {2}not needed: another had the answer\n.* 3 more keys, not listed\n/,
    );
  });

  it('tells what is over by now as over', () => {
    const heldBack = { until: at + 20 * second, endSetBy: 'ours' } as const;
    const attempts = [
      attempt('acme/m', 'a', [0, 1], { ...failed('overloaded', 'busy', 503), heldBack }),
      attempt('spare/n', 'b', [1, 1]),
    ];
    const facts = { answeredBy: 'spare/n', attempts };
    expect(tell(facts)).toMatch(
      /rests until 14:03:21[\s\S]*What rests is asked again from 14:03:21 on\./,
    );
    expect(tell(facts, at + 60 * second)).toMatch(
      /rested until 14:03:21[\s\S]*What failed may be asked again now\.\n$/,
    );
  });
});

describe('incidents', () => {
  const asked = (id: string, minutes: number, more: Partial<RequestRecord> = {}): RequestRecord =>
    record({
      id,
      at: at + minutes * 60 * second,
      outcome: 'failed',
      caller: 'aider',
      promptDigest: 'p1',
      attempts: [attempt('acme/m', 'a', [0, 1], failed('overloaded', 'busy', 503))],
      ...more,
    });

  const withoutDigest = (id: string, minutes: number): RequestRecord => {
    const { promptDigest: _, ...rest } = asked(id, minutes);
    return rest;
  };

  it("fold a client's repeats of one prompt within ten minutes, and nothing else", () => {
    const records = [
      asked('late', 25),
      asked('other-caller', 3, { caller: 'cline' }),
      asked('again', 2),
      asked('other-prompt', 1, { promptDigest: 'p2' }),
      withoutDigest('no-digest', 1),
      asked('first', 0),
    ];
    expect(foldIncidents(records).map(({ requests }) => requests.map(({ id }) => id))).toEqual([
      ['late'],
      ['other-caller'],
      ['again', 'first'],
      ['other-prompt'],
      ['no-digest'],
    ]);
  });

  it('of more than twelve are told in a line for each cause', () => {
    const records = Array.from({ length: 40 }, (_, index) =>
      asked(`hfr_${index}`, 500 - 11 * index, {
        attempts: [attempt(`acme/${index % 2}`, 'a', [0, 1], failed('overloaded', 'busy', 503))],
      }),
    );
    const lines = describeCauses(foldIncidents(records), at).trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(
      /^20 × {2}main {2}not answered; acme\/0 was overloaded {2}\S+ to \S+ {2}hfr_0$/,
    );
  });

  it('are not blamed on a target that was not asked', () => {
    const told = (facts: Partial<RequestRecord>): string =>
      describeIncidents(foldIncidents([asked('hfr_1', 0, { attempts: [], ...facts })]), at);
    const short = { cause: 'budget', reason: 'no', summary: 'ci has no room' } as const;
    const skipped = [{ target: 'acme/m', ...short }];
    expect(told({ skipped })).toMatch(/; acme\/m was not asked: ci has no room\n$/);
    expect(told({ notes: ['no place is free'] })).toMatch(/; no place is free\n$/);
  });

  it('are told in a line each', () => {
    const table = describeIncidents(foldIncidents([asked('hfr_2', 2), asked('hfr_1', 0)]), at);
    expect(table).toMatch(
      /^14:05:01 {2}hfr_2 {2}main {2}aider {2}2 requests for one prompt in 2 min, the last: not answered after 2\.1 s; acme\/m was overloaded\n$/,
    );
  });
});
