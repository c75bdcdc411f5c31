/**
 * The log of a gateway, on a fake host: what has a line, what is folded, what lasts, and a disk
 * that takes nothing.
 */

import { beforeEach, describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.ts';
import { recordOf } from '../../test/fakes/record.ts';
import type { RequestRecord } from '../model/record.ts';
import { createLog, type Log, type LogOptions } from './create-log.ts';
import { type LogEntry, parseJsonLine, toJsonLine, toTextLine } from './entry.ts';
import { findLogEnds, followLog, readLog } from './read-log.ts';

const folder = '/state/logs';
const minute = 60_000;
let host: FakeHost;
let said: string[];
beforeEach(() => {
  host = createFakeHost();
  said = [];
});

const begin = (format: LogOptions['format'] = 'json', keep = 14): Log => {
  const log = create();
  log.begin({ host, folder, keep, format });
  return log;
};
const create = (): Log => createLog((text) => said.push(text));

const acme = { credential: 'acme:config', fingerprint: 'sha256:1', startedAt: 0, durationMs: 100 };

const record = (facts: Partial<RequestRecord> = {}): RequestRecord =>
  recordOf({
    at: host.clock.now(),
    durationMs: 200,
    answeredBy: 'acme/m',
    attempts: [{ target: 'acme/m', ...acme }],
    ...facts,
  });

const busy = { class: 'overloaded', rule: 'status-503', message: 'busy' } as const;
const rescued = (facts: Partial<RequestRecord> = {}): RequestRecord =>
  record({
    answeredBy: 'spare/n',
    attempts: [
      { target: 'acme/m', ...acme, status: 503, failure: busy },
      { target: 'spare/n', ...acme },
    ],
    ...facts,
  });
const failed = (facts: Partial<RequestRecord> = {}): RequestRecord => {
  const { answeredBy: _, ...rest } = record({
    outcome: 'failed',
    attempts: [{ target: 'acme/m', ...acme, status: 503, failure: busy }],
    ...facts,
  });
  return rest;
};

const finish = (log: Log, ...records: readonly RequestRecord[]): void => {
  for (const one of records) log.listen({ type: 'finished', record: one });
};
const written = (): readonly LogEntry[] => readLog(host, folder, { limit: 1000 });

describe('a log', () => {
  it('has a line for each rescued and each failed request, and none for a plain success', async () => {
    const log = begin();
    finish(
      log,
      record(),
      rescued({ id: 'hfr_2', caller: 'aider' }),
      failed({ id: 'hfr_3', task: 'vision' }),
    );
    finish(log, record({ outcome: 'client-gone' }));
    await log.close();
    expect(written()).toEqual([
      {
        at: host.clock.now() + 200,
        level: 'info',
        event: 'rescued',
        request: 'hfr_2',
        task: 'main',
        caller: 'aider',
        target: 'acme/m',
        cause: 'overloaded',
        text: 'Answered after 200 ms by spare/n, the second choice, because acme/m was overloaded.',
      },
      expect.objectContaining({
        level: 'error',
        event: 'failed',
        request: 'hfr_3',
        task: 'vision',
      }),
    ]);
    expect(said).toEqual([]);
  });

  it('says the same for people on a terminal, and touches no file', async () => {
    const log = begin('text');
    finish(log, rescued({ caller: 'aider' }));
    log.listen({ type: 'warning', code: 'key-missing', text: 'no key' });
    await log.close();
    expect(said[0]).toMatch(
      /^\d\d:\d\d:\d\d rescued main for aider: Answered after .* \[hfr_1\]\n$/,
    );
    expect(said[1]).toBe('warning: no key\n');
    expect(host.files.list(folder)).toEqual([]);
  });

  const early = { type: 'warning', code: 'key-missing', text: 'no key' } as const;

  it('begins with what was said of the configuration while it was read', async () => {
    const log = create();
    log.listen(early);
    finish(log, rescued());
    log.begin({ host, folder, keep: 14, format: 'json' });
    await log.close();
    expect(said).toEqual(['warning: no key\n']);
    expect(written()).toMatchObject([{ event: 'warning', text: 'no key' }]);
  });

  it('says that for people where it never begins', async () => {
    const log = create();
    log.listen(early);
    await log.close();
    expect(said).toEqual(['warning: no key\n']);
  });

  it('writes nothing but JSON lines to stderr where a container collects them', async () => {
    const log = create();
    log.listen(early);
    log.begin({ host, folder, keep: 14, format: 'json-stderr' });
    log.say('started', 'holdfast 1.0.0\nlistens');
    finish(log, rescued());
    log.say('stopping', 'SIGTERM');
    await log.close();
    expect(said.map((line) => [line.indexOf('\n'), parseJsonLine(line)])).toEqual(
      said.map((line) => [line.length - 1, expect.objectContaining({ level: expect.any(String) })]),
    );
    expect(said.map((line) => JSON.parse(line).event)).toEqual([
      'warning',
      'started',
      'rescued',
      'stopping',
    ]);
    expect(host.files.list(folder)).toEqual([]);
  });

  it('writes what concerns the whole gateway into the file and tells it too', async () => {
    const log = begin();
    log.listen({ type: 'config-refused', path: 'config.yaml', text: 'line 3 is wrong' });
    await log.close();
    expect(said).toEqual(['config-refused: line 3 is wrong\n']);
    expect(written()).toMatchObject([
      { level: 'error', event: 'config-refused', text: 'line 3 is wrong' },
    ]);
  });

  it('folds repeats with their count, after a minute, then ever more seldom', async () => {
    const log = begin();
    for (let index = 0; index < 100; index += 1) finish(log, failed({ id: `hfr_${index}` }));
    await host.advance(minute + 1100);
    expect(written().map(({ request, times }) => [request, times])).toEqual([
      ['hfr_0', undefined],
      ['hfr_99', 99],
    ]);
    finish(log, failed());
    await host.advance(minute);
    expect(written()).toHaveLength(2);
    await host.advance(minute + 1100);
    expect(written().at(-1)).toMatchObject({ times: 1 });
    await host.advance(10 * minute);
    finish(log, failed()); // nothing has happened for long: a line of its own again
    await log.close();
    expect(written().at(-1)).not.toHaveProperty('times');
  });

  it('keeps different troubles apart', async () => {
    const log = begin();
    finish(log, failed(), failed({ caller: 'aider' }), failed({ task: 'vision' }), rescued());
    await log.close();
    expect(written()).toHaveLength(4);
  });
});

describe('what lasts', () => {
  const events = (name: string): readonly string[] =>
    written()
      .filter(({ event }) => event === name)
      .map(({ text }) => text);

  it('is said once a fallback has lasted a minute, once an hour, and at its end', async () => {
    const log = begin();
    for (let index = 0; index <= 130; index += 1) {
      finish(log, rescued());
      await host.advance(minute);
    }
    finish(log, record());
    await log.close();
    expect(events('fallback')).toEqual([
      'answered by spare/n instead of acme/m (overloaded) for 60.0 s now, 2 requests. See: holdfast explain main',
      'answered by spare/n instead of acme/m (overloaded) for 61 min now, 62 requests. See: holdfast explain main',
      'answered by spare/n instead of acme/m (overloaded) for 2 h 1 min now, 122 requests. See: holdfast explain main',
      'answered by acme/m again; for 2 h 11 min spare/n answered in its place, 131 requests',
    ]);
  });

  it('is no fallback where the same target answers after all, and the others were not needed', async () => {
    const log = begin();
    const spare = {
      target: 'spare/n',
      cause: 'not-needed',
      reason: 'another had the answer',
    } as const;
    const attempts = [
      { target: 'acme/m', ...acme, status: 503, failure: busy },
      { target: 'acme/m', ...acme },
    ];
    for (let index = 0; index < 5; index += 1) {
      finish(log, record({ attempts, skipped: [spare] }), record({ skipped: [spare] }));
      await host.advance(minute);
    }
    await log.close();
    expect(events('fallback')).toEqual([]);
    expect(written().some(({ event }) => event === 'rescued')).toBe(true);
  });

  it('is no blip', async () => {
    const log = begin();
    finish(log, rescued());
    await host.advance(5000);
    finish(log, record());
    await log.close();
    expect(events('fallback')).toEqual([]);
  });

  it('names a side task at its third failure in a row with the same cause, once (law 18)', async () => {
    const log = begin();
    const title = { task: 'title_generation' };
    const other = {
      ...title,
      attempts: [{ target: 'acme/m', ...acme, failure: { ...busy, class: 'billing' as const } }],
    };
    finish(
      log,
      failed(title),
      failed(title),
      failed(other),
      failed(title),
      failed(title),
      record(title),
    );
    expect(events('task-failing')).toEqual([]);
    for (let index = 0; index < 10; index += 1)
      finish(log, failed(title), failed({ task: 'main' }));
    await log.close();
    expect(events('task-failing')).toEqual([
      'title_generation has failed 3 times in a row, each time for the same reason: overloaded. See: holdfast explain title_generation',
    ]);
  });
});

describe('the files', () => {
  it('are one a day, and only so many are kept', async () => {
    const log = begin('json', 2);
    for (let day = 0; day < 4; day += 1) {
      finish(log, failed({ caller: `on day ${day}` }));
      await host.advance(24 * 60 * minute);
    }
    await log.close();
    expect(host.files.list(folder)).toHaveLength(2);
  });

  it('are more where a day fills one, and are read in their order', async () => {
    const log = begin('json', 2);
    for (const id of ['hfr_1', 'hfr_2', 'hfr_3']) {
      finish(log, failed({ id, caller: id }));
      await host.advance(2000);
      const last = host.files.list(folder).toSorted().at(-1);
      host.setFile(
        `${folder}/${last}`,
        `${host.fileText(`${folder}/${last}`)}${' '.repeat(33 * 1024 * 1024)}\n`,
      );
    }
    await log.close();
    expect(host.files.list(folder).map((name) => name.replace(/^holdfast-.{10}/, ''))).toEqual([
      '.part-002.jsonl',
      '.part-003.jsonl',
    ]);
    expect(readLog(host, folder, { limit: 9 }).map(({ request }) => request)).toEqual([
      'hfr_2',
      'hfr_3',
    ]);
  });

  it('hinder nobody when the disk is full: it is said once, and again when it is over', async () => {
    const log = begin();
    host.breakAppends(new Error('ENOSPC: no space left on device'));
    for (const caller of ['a', 'b', 'c']) {
      finish(log, failed({ caller }));
      await host.advance(2000);
    }
    expect(said).toEqual([
      'warning: the log in /state/logs cannot be written: ENOSPC: no space left on device. Requests are still served; lines are lost until it can be written\n',
    ]);
    host.breakAppends(undefined);
    finish(log, failed({ caller: 'd' }));
    await log.close();
    expect(said[1]).toBe('warning: the log in /state/logs is written again; 3 lines were lost\n');
    expect(written().map(({ caller }) => caller)).toEqual(['d']);
  });

  it('are read by what is asked, and followed', async () => {
    const log = begin();
    finish(log, rescued({ id: 'hfr_2' }), failed({ id: 'hfr_3', task: 'vision' }));
    await log.close();
    const ids = (query: Parameters<typeof readLog>[2]): unknown =>
      readLog(host, folder, query).map(({ request }) => request);
    expect(ids({ limit: 9, errors: true })).toEqual(['hfr_3']);
    expect(ids({ limit: 9, task: 'main' })).toEqual(['hfr_2']);
    expect(ids({ limit: 9, request: 'hfr_3' })).toEqual(['hfr_3']);
    expect(ids({ limit: 9, since: host.clock.now() + minute })).toEqual([]);
    expect(ids({ limit: 1 })).toEqual(['hfr_3']);
    const stop = new AbortController();
    const seen: (string | undefined)[] = [];
    const following = (async () => {
      for await (const { request } of followLog(host, folder, { query: {}, signal: stop.signal }))
        seen.push(request);
    })();
    await host.advance(1000);
    const next = begin();
    finish(next, failed({ id: 'hfr_4' }));
    await next.close();
    await host.advance(1000);
    stop.abort();
    await following;
    expect(seen).toEqual(['hfr_4']);
  });

  it('that are written between a read and its follower are told once, by the follower', async () => {
    const line = (request: string): string =>
      `${JSON.stringify({ at: '2026-05-29T09:12:00Z', level: 'info', event: 'x', text: 'y', request })}\n`;
    const file = `${folder}/holdfast-2026-05-28.jsonl`;
    const later = `${folder}/holdfast-2026-05-29.jsonl`;
    host.setFile(file, `${line('1')}${line('2').slice(0, 20)}`);
    const ends = findLogEnds(host, folder);
    host.setFile(file, `${line('1')}${line('2')}${line('3')}`);
    host.setFile(later, line('4'));
    const read = readLog(host, folder, { limit: 9, ends });
    expect(read.map(({ request }) => request)).toEqual(['1']);
    const { signal } = new AbortController();
    const seen: unknown[] = [];
    for await (const { request } of followLog(host, folder, { query: {}, signal, ends }))
      if (seen.push(request) === 3) break;
    expect(seen).toEqual(['2', '3', '4']);
  });

  it('are read backwards, and no further than it must be', () => {
    const line = (request: string): string =>
      JSON.stringify({ at: '2026-05-29T09:12:00Z', level: 'info', event: 'x', text: 'y', request });
    host.setFile(`${folder}/holdfast-2026-05-28.jsonl`, `\n${line('1')}\n${line('2')}`);
    host.setFile(`${folder}/holdfast-2026-05-29.jsonl`, `${line('3')}\n\nnot one\n${line('4')}\n`);
    const ids = (look: Partial<Parameters<typeof readLog>[2]>): unknown =>
      readLog(host, folder, { limit: 9, ...look }).map(({ request }) => request);
    expect(ids({})).toEqual(['1', '2', '3', '4']);
    expect(ids({ limit: 3 })).toEqual(['2', '3', '4']);
    expect(ids({ limit: 1 })).toEqual(['4']);
    expect(ids({ mostRead: 10 })).toEqual(['3', '4']);
    expect(ids({ mostRead: 10, request: '1' })).toEqual([]);
  });

  it('give back what was written, and nothing for an invalid line', () => {
    const entry: LogEntry = {
      at: 1_800_000_000_000,
      level: 'info',
      event: 'rescued',
      text: 'x',
      times: 2,
      since: 1_800_000_000_000,
    };
    expect(parseJsonLine(toJsonLine(entry))).toEqual(entry);
    expect(toTextLine(entry, entry.at)).toContain('rescued: 2 more times: x');
    for (const line of ['', '{"at":"2026', '{}', '[]', 'null', '{"at":"never","text":"x"}'])
      expect(parseJsonLine(line)).toBeUndefined();
  });
});
