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
import { judgeOutcome } from '../plan/outcomes.ts';
import type { RoutePlan, TaskOutcome } from '../plan/plan.ts';
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

const judge = (task: string, records: readonly RequestRecord[]): TaskOutcome => ({
  task,
  ...judgeOutcome(records, now, () => undefined),
  timeoutMs: 1000,
});

describe('the last request of a task', () => {
  it.each<[string, string, readonly RequestRecord[], readonly string[]]>([
    [
      'that was answered tells nothing',
      'main',
      [recordOf({ at: now - 1 }), { ...silent, at: now - 2 * hourMs }],
      [],
    ],
    ['of two days ago tells nothing', 'main', [{ ...silent, at: now - 48 * hourMs }], []],
    ['whose caller left tells nothing', 'main', [{ ...silent, outcome: 'client-gone' }], []],
    ['that was our own check tells nothing', 'main', [{ ...silent, caller: 'holdfast-check' }], []],
    [
      'that failed has the fix that it found itself',
      'main',
      [{ ...missed('overloaded', 'busy'), fixes: ['see https://status.test'] }],
      [
        'main is not answered: one/m was overloaded (the last request 59 min ago) → see https://status.test',
      ],
    ],
    [
      'that a proxy refused for its own key says so',
      'main',
      [missed('server-error', 'no', 1, { is: 'upstream', meant: 'auth-rejected' })],
      [
        'main is not answered: one/m has no working key for its own upstream (the last request 59 min ago) → holdfast fallback add two/n',
      ],
    ],
    [
      'whose output limit left no room for a text says so',
      'main',
      [
        {
          ...missed('empty', 'its output limit was reached before any text'),
          outcome: 'answered',
          answeredBy: 'one/m',
        },
      ],
      [
        'main is not answered: one/m answered nothing (the last request 59 min ago) → raise its output limit, which thinking counts to as well',
      ],
    ],
    [
      'that met silence asks somebody else',
      'main',
      [{ ...silent, at: now - 1 }, silent],
      [
        'main is not answered: one/m kept silent (the last request 0 s ago, as was one before it) → holdfast fallback add two/n',
      ],
    ],
    [
      'that got no whole answer asks for more time',
      'title_generation',
      [title],
      [
        'title_generation is not answered: one/m kept silent (the last request 59 min ago) → holdfast config set auxiliary.title_generation.timeout 30',
      ],
    ],
    [
      'that no configuration mentions asks for more time too',
      'compression',
      [{ ...slow, task: 'compression' }],
      [
        'compression is not answered: one/m kept silent (the last request 59 min ago) → holdfast config set auxiliary.compression.timeout 300',
      ],
    ],
    [
      'the third that was too long asks for a larger model',
      'main',
      [1, 2, 3].map((ago) => ({
        ...missed('context-overflow', 'too long'),
        id: `hfr_${ago}`,
        at: now - ago,
      })),
      [
        'main is not answered: one/m found the conversation too long for the model (the last request 0 s ago, as were 2 before it) → holdfast fallback add two/n',
      ],
    ],
    [
      'that had no attempt left goes on behind what refused',
      'main',
      [missed('auth-rejected', 'no', 12)],
      [
        'main is not answered: one/m rejected its key (the last request 59 min ago) → holdfast ask hello',
      ],
    ],
  ])('%s', (_name, task, records, expected) => {
    const plan = {
      at: now,
      config: '/h/config.yaml',
      routes,
      tasksOff: [],
      tasksAsMain: ['compression'],
      outcomes: [judge(task, records)],
    };
    expect(whats(judgeLastRequests(plan))).toEqual(expected);
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
    ['without room says so', 0, [], ['the disk with the log (/h/logs) is full → free space there']],
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

  it('of the state file and the log is told once, with the logs that may go', () => {
    host.leaveSpace(9_000_000);
    const state = { name: 'the state file', folder: '/h', spare: [] };
    expect(whats(judgeDisks(host, [state, ...written(['/h/logs/b'])]))).toEqual([
      'the disk with the state file (/h) and the log (/h/logs) is nearly full: 9 MB left → free space there',
    ]);
    const spaceLeft = (folder: string): number => (folder === '/h' ? 0 : 100);
    const files = { ...host.files, spaceLeft };
    expect(judgeDisks({ files }, [state, ...written([])])).toHaveLength(2);
  });

  it('that cannot be written to says why, once for all that is in it', () => {
    const files = { ...host.files, findWriteFault: () => new Error('it is a link to nowhere') };
    expect(whats(judgeDisks({ files }, [...written([]), ...written([])]))).toEqual([
      'the log cannot be written in /h/logs: it is a link to nowhere → correct that file, or move it away',
    ]);
  });

  it('whose folder is good and one of whose files is not names the file', () => {
    const isFolder = Object.assign(new Error('EISDIR'), { code: 'EISDIR' });
    const files = {
      ...host.files,
      findFileFault: (path: string) => (path === '/h/logs/b.db' ? isFolder : undefined),
    };
    const own = { 'the sessions file': '/h/logs/b.db', 'the state file': '/h/logs/a.db' };
    expect(
      whats(judgeDisks({ files }, [{ name: 'the log', folder: '/h/logs', own, spare: [] }])),
    ).toEqual([
      'the sessions file /h/logs/b.db: it is a folder, not a file → mv /h/logs/b.db /h/logs/b.db.old',
    ]);
  });

  it('whose folder is at fault names the folder, and none of the files in it', () => {
    const fault = new Error('it is a link to nowhere');
    const files = { ...host.files, findWriteFault: () => fault, findFileFault: () => fault };
    const own = { 'the sessions file': '/h/logs/b.db', 'the state file': '/h/logs/a.db' };
    expect(
      judgeDisks({ files }, [{ name: 'the log', folder: '/h/logs', own, spare: [] }]).map(
        ({ what }) => what,
      ),
    ).toEqual(['the log cannot be written in /h/logs: it is a link to nowhere']);
  });
});

describe('a request that was refused for its own sake', () => {
  const refused = { ...missed('content-policy', 'flagged'), fixes: [] };
  const outcome: TaskOutcome = { task: 'main', state: 'answered', inARow: 0, refused };
  const judge = (one: TaskOutcome): readonly Trouble[] =>
    judgeLastRequests({
      at: now,
      config: '/h/config.yaml',
      routes,
      tasksOff: [],
      outcomes: [one],
    });

  it('decides nothing, and is told: no check has passed it', () => {
    const [told, ...more] = judge(outcome);
    expect(more).toEqual([]);
    expect(told).toMatchObject({ severity: 'unknown', exit: 0, fix: undefined });
    expect(told?.what).toMatch(/^main was refused a request: one\/m refused the content \(/);
    expect(told?.evidence[0]).toContain('flagged');
  });

  it('is told with what its request has found to do, for a day', () => {
    const fixes = ['send less at once'];
    expect(judge({ ...outcome, refused: { ...refused, fixes } })[0]?.fix?.text).toBe(fixes[0]);
    expect(judge({ ...outcome, refused: { ...refused, at: now - 25 * hourMs } })).toEqual([]);
  });
});
