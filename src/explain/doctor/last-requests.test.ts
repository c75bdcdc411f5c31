/**
 * What the last requests of a task tell where nothing is held back, and what a disk without room
 * tells.
 */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { recordOf } from '../../../test/fakes/record.ts';
import { taskTimeoutRule } from '../../access/tasks/task-time.ts';
import type { AnswerSpeaker, FailureClass } from '../../model/failure.ts';
import type { AttemptRecord, RequestRecord } from '../../model/record.ts';
import type { RoutePlan } from '../plan/plan.ts';
import { judgeDisks } from './disk-checks.ts';
import { judgeLastRequests } from './last-requests.ts';
import type { Trouble } from './troubles.ts';

const hourMs = 3_600_000;
const now = 100 * hourMs;
const whats = (troubles: readonly Trouble[]): readonly string[] =>
  troubles.map(({ what, fix }) => `${what} → ${fix?.command ?? fix?.text}`);
const route = (task: string, id: string): RoutePlan => ({
  task,
  isUsable: true,
  targets: [
    {
      id,
      provider: 'one',
      baseUrl: 'http://one.test/v1',
      reason: task,
      images: { seen: 'unknown' },
      standing: { state: 'untried' },
      keys: [],
    },
  ],
});
const routes = [route('main', 'one/m'), route('title_generation', 'two/n')];

function missed(
  cause: FailureClass,
  message: string,
  times = 1,
  speaker?: AnswerSpeaker,
): RequestRecord {
  const attempt: AttemptRecord = {
    target: 'one/m',
    credential: 'c',
    fingerprint: 'f',
    startedAt: now - 1,
    durationMs: 1,
    failure: { class: cause, rule: 'r', message, speaker },
  };
  const attempts = Array.from({ length: times }, () => attempt);
  return recordOf({ at: now - hourMs, outcome: 'failed', attempts });
}

const silent = missed('timeout', 'one gave no response head within 1 s');
const silence = missed('timeout', 'the words say nothing of a task');
const slow = {
  ...silence,
  attempts: silence.attempts.map((attempt) => ({
    ...attempt,
    failure: { class: 'timeout', rule: taskTimeoutRule, message: 'no whole answer' } as const,
  })),
};
const title = { ...slow, task: 'title_generation' };

describe('the last request of a task', () => {
  it.each<[string, readonly RequestRecord[], readonly string[]]>([
    [
      'that was answered tells nothing',
      [{ ...silent, at: now - 2 * hourMs }, recordOf({ at: now - 1 })],
      [],
    ],
    ['of two days ago tells nothing', [{ ...silent, at: now - 48 * hourMs }], []],
    ['whose caller left tells nothing', [{ ...silent, outcome: 'client-gone' }], []],
    ['that was our own check tells nothing', [{ ...silent, caller: 'holdfast-check' }], []],
    ['that a mark tells of tells nothing', [missed('overloaded', 'busy')], []],
    [
      'that a proxy refused for its own key names that key',
      [missed('server-error', 'no', 1, { is: 'upstream', meant: 'auth-rejected' })],
      [
        'one has a key for its own upstream that was refused there → give one a working key for its own upstream; your key for one was not refused',
      ],
    ],
    [
      'that a server behind a proxy broke tells nothing',
      [missed('server-error', 'no', 1, { is: 'upstream', meant: 'server-error' })],
      [],
    ],
    [
      'that met silence asks somebody else',
      [silent, { ...silent, at: now - 1 }],
      [
        'one/m keeps silent, so main is not answered: 2 requests in a row → holdfast fallback add two/n',
      ],
    ],
    [
      'that got no whole answer asks for more time',
      [title],
      [
        'one/m is too slow for title_generation: 1 request → holdfast config set auxiliary.title_generation.timeout 30',
      ],
    ],
    [
      'that no configuration mentions asks for more time too',
      [{ ...slow, task: 'compression' }],
      [
        'one/m is too slow for compression: 1 request → holdfast config set auxiliary.compression.timeout 300',
      ],
    ],
    [
      'that was too long asks for a larger model',
      [missed('context-overflow', 'too long')],
      ['the last conversation of main was too long for one/m → holdfast fallback add two/n'],
    ],
    [
      'that had no attempt left goes on behind what refused',
      [missed('auth-rejected', 'no', 12)],
      [
        'the last request of main used up its 12 attempts, and was not answered → holdfast ask hello',
      ],
    ],
  ])('%s', (_name, records, expected) => {
    const plan = {
      at: now,
      config: '/h/config.yaml',
      routes,
      tasksOff: [],
      tasksAsMain: ['compression'],
    };
    const timeouts = new Map(
      ['title_generation', 'compression'].map((task) => [task, { timeoutMs: 1000 }]),
    );
    expect(whats(judgeLastRequests(plan, records, timeouts))).toEqual(expected);
  });
});

describe('a disk', () => {
  const host = createFakeHost({
    files: { '/h/logs/a b': 'x'.repeat(20_000_000), '/h/logs/b': 'x' },
  });
  const written = (spare: readonly string[]): Parameters<typeof judgeDisks>[1] => [
    { name: 'the log', folder: '/h/logs', spare },
  ];
  it.each<[string, number | undefined, readonly string[], readonly string[]]>([
    ['with room tells nothing', 1e9, [], []],
    ['that says nothing tells nothing', undefined, [], []],
    ['without room says so', 0, [], ['the disk with the log (/h/logs) is full → make room there']],
    [
      'with old logs names the largest of them',
      9_000_000,
      ['/h/logs/b', '/h/logs/a b'],
      ["the disk with the log (/h/logs) is nearly full: 9 MB left → rm '/h/logs/a b' /h/logs/b"],
    ],
  ])('%s', (_name, left, spare, expected) => {
    host.leaveSpace(left);
    expect(whats(judgeDisks(host, written(spare)))).toEqual(expected);
  });
});
