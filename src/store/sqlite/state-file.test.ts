/**
 * The state file on disk: who may read it, what reading leaves alone, and what happens when it
 * cannot be used.
 */

import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Folder, makeFolder } from '../../../test/contracts/folder.ts';
import {
  firstLease as lease,
  markOf,
  recordAt,
  start,
} from '../../../test/contracts/store/rows.ts';
import { formatFix, StoreError } from '../../errors.ts';
import { createNodeFiles } from '../../host/node-files.ts';
import type { RequestRecord } from '../../model/record.ts';
import { recordKindOf } from '../policy.ts';
import { createOperations } from './operations.ts';
import { migrations } from './sql.ts';
import { StateFile } from './state-file.ts';

const mark = markOf();
let folder: Folder;
let path: string;
beforeEach(() => {
  folder = makeFolder();
  path = join(folder.path, 'state', 'state.db');
});
afterEach(() => folder.remove());

function open() {
  return createOperations(new StateFile({ files: createNodeFiles(), path }));
}

/** A state file with one mark, all of it in the main file. */
function fill(): void {
  const operations = open();
  operations.openMark(mark, lease);
  operations.close();
}

function faultOf(work: () => unknown): StoreError {
  try {
    work();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
}

describe('StateFile', () => {
  it('makes its file for its owner only, and the folder too', () => {
    const operations = open();
    operations.openMark(mark, lease);
    const modes = readdirSync(join(path, '..')).map(
      (name) => statSync(join(path, '..', name)).mode & 0o777,
    );
    operations.close();
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });

  it('what was written is there after the end of the process', () => {
    fill();
    expect(open().readHealth().marks).toEqual([mark]);
  });

  it('reading makes no file', () => {
    const operations = open();
    expect(operations.readHealth().marks).toEqual([]);
    expect(operations.findRecords({ limit: 10 })).toEqual([]);
    expect(operations.pollHealth()).toBeUndefined();
    operations.close();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('reading changes no byte of the file, nor its time', () => {
    fill();
    const before = statSync(path, { bigint: true });
    const bytes = readFileSync(path);
    const operations = open();
    operations.readHealth();
    operations.findRecords({ limit: 10 });
    operations.close();
    const after = statSync(path, { bigint: true });
    expect([after.mtimeNs, after.ino]).toEqual([before.mtimeNs, before.ino]);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(readdirSync(join(path, '..'))).toEqual(['state.db']);
  });

  it('reads what another has written meanwhile, although it first found nothing', () => {
    const reader = open();
    expect(reader.readHealth().marks).toEqual([]);
    fill();
    expect(reader.pollHealth()?.marks).toEqual([mark]);
    reader.close();
  });

  it('tells changes of others from its own, each one once', () => {
    const [ours, theirs] = [open(), open()];
    ours.readHealth();
    ours.openMark(mark, lease);
    expect(ours.pollHealth()).toBeUndefined();
    theirs.resetMarks({}, start + 1);
    expect(ours.pollHealth()).toMatchObject({ marks: [], tombstones: [{ at: start + 1 }] });
    expect(ours.pollHealth()).toBeUndefined();
    theirs.putProven([{ site: 'p', fingerprint: 'a', at: start }]);
    ours.resetMarks({}, start + 2);
    expect(ours.pollHealth()?.proven).toHaveLength(1);
    ours.close();
    theirs.close();
  });

  it('records of others are no change of health', () => {
    const [ours, theirs] = [open(), open()];
    ours.openMark(mark, lease);
    theirs.appendRecords([recordAt('theirs', start)]);
    theirs.closeMarks(['no such mark'], start);
    theirs.openMark(mark, lease);
    expect(ours.pollHealth()).toBeUndefined();
    ours.close();
    theirs.close();
  });

  it('goes on with a new file when the old one was removed', () => {
    const operations = open();
    operations.openMark(mark, lease);
    rmSync(join(path, '..'), { recursive: true });
    expect(operations.pollHealth()).toMatchObject({ marks: [] });
    operations.openMark(mark, lease);
    expect(open().readHealth().marks).toEqual([mark]);
    operations.close();
  });

  it('goes over to the file that took its place', () => {
    const operations = open();
    operations.openMark(mark, lease);
    rmSync(join(path, '..'), { recursive: true });
    const other = markOf({ scope: { origin: 'other' } });
    const another = open();
    another.openMark(other, lease);
    expect(operations.pollHealth()?.marks).toEqual([other]);
    operations.resetMarks({}, start + 1);
    expect(another.pollHealth()?.marks).toEqual([]);
    operations.close();
    another.close();
  });

  it('a file that somebody else is writing is busy, for reading it is not', () => {
    fill();
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const operations = open();
    expect(faultOf(() => operations.resetMarks({}, start))).toMatchObject({
      code: 'store-busy',
      fix: {
        text: 'see which program has it open, and end that one alone',
        command: `fuser -v ${path}`,
      },
    });
    expect(operations.readHealth().marks).toEqual([mark]);
    other.exec('COMMIT');
    other.close();
    expect(operations.resetMarks({}, start)).toEqual([mark]);
    operations.close();
  });

  it('the version stands in the file, and a file without tables gets them in one transaction', () => {
    mkdirSync(join(path, '..'));
    writeFileSync(path, '');
    expect(open().readHealth().marks).toEqual([]);
    fill();
    const raw = new DatabaseSync(path, { readOnly: true });
    expect(raw.prepare('PRAGMA user_version').get()).toEqual({ user_version: migrations.length });
    expect(raw.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(raw.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    raw.close();
  });
});

describe('a state file of the first version', () => {
  it('keeps its marks, which hold for all operations, and is given new ones', () => {
    mkdirSync(join(path, '..'));
    const first = new DatabaseSync(path);
    first.exec(`${migrations[0]}; PRAGMA user_version = 1;
      INSERT INTO marks VALUES ('k', 'server-error', 'https://p.example', NULL, NULL, 'm', ${start}, ${start + 5000}, 'ours', 1, 'why', NULL);
      INSERT INTO tombstones VALUES (1, 'https://q.example', NULL, NULL, NULL, ${start});`);
    first.close();
    const operations = open();
    const { marks, tombstones } = operations.readHealth();
    expect(marks.map(({ scope }) => scope)).toEqual([{ origin: 'https://p.example', model: 'm' }]);
    expect(tombstones).toEqual([{ scope: { origin: 'https://q.example' }, at: start }]);
    const later = markOf({
      scope: { origin: 'https://p.example', model: 'm', operation: 'embed' },
    });
    operations.openMark(later, lease);
    expect(operations.readHealth().marks).toContainEqual(later);
    expect(
      operations.resetMarks({ origin: 'https://p.example', operation: 'embed' }, start),
    ).toEqual([later]);
    operations.close();
  });
});

describe('a state file of the version before there were sites', () => {
  it('keeps its marks and what has worked, by origin, and is given new ones by site', () => {
    mkdirSync(join(path, '..'));
    const fifth = new DatabaseSync(path);
    fifth.exec(`PRAGMA journal_mode = WAL; ${migrations.slice(0, 5).join(';')}; PRAGMA user_version = 5;
      INSERT INTO marks VALUES ('k', 'quota', 'https://p.example', 'a', NULL, NULL, ${start}, ${start + 5000}, 'ours', 1, 'why', NULL, NULL);
      INSERT INTO proven VALUES ('https://p.example m', 'a', ${start});`);
    fifth.close();
    const operations = open();
    const scope = { origin: 'https://p.example', site: 'https://p.example/v1', account: 'a' };
    const row = { site: 'https://p.example/v1', fingerprint: 'a', at: start };
    operations.openMark(markOf({ scope }), lease);
    operations.putProven([row]);
    const { marks, proven } = operations.readHealth();
    expect(marks.map((mark) => mark.scope)).toEqual([
      { origin: 'https://p.example', account: 'a' },
      scope,
    ]);
    expect(proven).toEqual([{ ...row, site: 'https://p.example', model: 'm' }, row]);
    operations.close();
  });
});

describe('a state file of the version before records could be searched', () => {
  const failure = { class: 'auth-suspect', rule: 'status-401', message: 'no' } as const;
  const attempt = {
    target: 'p/m',
    credential: 'c',
    fingerprint: 'f',
    startedAt: start,
    durationMs: 1,
  };
  const plain = { ...recordAt('plain', start), notes: [] };
  const records: readonly RequestRecord[] = [
    plain,
    { ...plain, id: 'failed', at: start + 1, task: 'title', outcome: 'failed' },
    { ...plain, id: 'rescued', at: start + 2, attempts: [{ ...attempt, failure }, attempt] },
    {
      ...plain,
      id: 'held-back',
      at: start + 3,
      skipped: [{ target: 'p/m', cause: 'held-back', reason: 'b' }],
    },
    {
      ...plain,
      id: 'bound',
      at: start + 4,
      skipped: [{ target: 'p/m', cause: 'protocol', reason: 'b' }],
    },
    {
      ...plain,
      id: 'keyless',
      at: start + 4.5,
      skipped: [{ target: 'p/m', cause: 'auth-missing', reason: 'b' }],
    },
    { ...plain, id: 'gone', at: start + 5, outcome: 'client-gone' },
    { ...plain, id: 'noted', at: start + 6, notes: ['odd'] },
  ];

  function makeThird(): void {
    mkdirSync(join(path, '..'));
    const third = new DatabaseSync(path);
    third.exec(
      `PRAGMA journal_mode = WAL; ${migrations.slice(0, 3).join(';')}; PRAGMA user_version = 3`,
    );
    const insert = third.prepare('INSERT INTO records (id, at, body) VALUES (?, ?, ?)');
    for (const record of records) insert.run(record.id, record.at, JSON.stringify(record));
    third.close();
  }

  it('is brought over as if its records had been given today', () => {
    makeThird();
    const operations = open();
    for (const kind of ['plain', 'failed', 'rescued', 'other'] as const)
      expect(operations.findRecords({ limit: 10, kind })).toEqual(
        records.filter((record) => recordKindOf(record) === kind).toReversed(),
      );
    expect(operations.findRecords({ limit: 10, task: 'title' }).map(({ id }) => id)).toEqual([
      'failed',
    ]);
    operations.close();
  });

  it('stays beside it as it was, for its owner only', () => {
    makeThird();
    open().appendRecords([{ ...plain, id: 'new', at: start + 9 }]);
    const copy = `${path}.v3`;
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    const raw = new DatabaseSync(copy, { readOnly: true });
    expect(raw.prepare('PRAGMA user_version').get()).toEqual({ user_version: 3 });
    expect(
      raw
        .prepare('SELECT id FROM records ORDER BY at')
        .all()
        .map(({ id }) => id),
    ).toEqual(records.map(({ id }) => id));
    raw.close();
  });

  it('is left as it is where no copy can be kept', () => {
    makeThird();
    mkdirSync(`${path}.v3`);
    expect(() => open().readHealth()).toThrow();
    rmSync(`${path}.v3`, { recursive: true });
    expect(open().findRecords({ limit: 10 })).toHaveLength(records.length);
  });
});

it('a record of the version before fields got plainer names is read by the new ones', () => {
  mkdirSync(join(path, '..'));
  const old = new DatabaseSync(path);
  const before = migrations.slice(0, 7);
  old.exec(`PRAGMA journal_mode = WAL; ${before.join(';')}; PRAGMA user_version = 7`);
  const quoted = 'it said: {"mends":["x"],"cause":"benched"}';
  const body = (mends: object, skip: object, attempt: object): string =>
    JSON.stringify({
      ...recordAt('old', start),
      notes: [quoted],
      skipped: [{ target: 'p/m', reason: 'r', ...skip }],
      attempts: [{ target: 'p/n', ...attempt }],
      ...mends,
    });
  const heldBack = { until: start + 1, endSetBy: 'ours' };
  old
    .prepare("INSERT INTO records (id, at, body, kind) VALUES ('old', ?, ?, 'failed')")
    .run(start, body({ mends: ['a'] }, { cause: 'benched', gist: 'g' }, { rests: heldBack }));
  old.close();
  expect(open().findRecords({ limit: 10 })).toEqual([
    JSON.parse(body({ fixes: ['a'] }, { cause: 'held-back', summary: 'g' }, { heldBack })),
  ]);
});

describe('a state file that cannot be used', () => {
  const damage: readonly [name: string, code: string, damage: () => void][] = [
    [
      'is no database',
      'store-corrupt',
      () => writeFileSync(path, 'not a database at all\n'.repeat(500)),
    ],
    ['has lost its end', 'store-corrupt', () => truncateSync(path, 4096)],
    ['has lost a table', 'store-corrupt', () => changeFile('DROP TABLE marks')],
    ['is of a newer version', 'store-newer', () => changeFile('PRAGMA user_version = 99')],
  ];

  it.each(damage)(
    '%s: says %s with its path and a fix, and leaves every byte as it is',
    (_name, code, harm) => {
      fill();
      harm();
      const bytes = readFileSync(path);
      for (const work of [
        () => open().readHealth(),
        () => open().openMark(mark, lease),
        () => open().resetMarks({}, start),
      ]) {
        const fault = faultOf(work);
        expect([fault.code, fault.message.includes(path)]).toEqual([code, true]);
        expect(fault.fix && formatFix(fault.fix)).toMatch(/mv |update holdfast/);
      }
      expect(readFileSync(path).equals(bytes)).toBe(true);
    },
  );

  it('is left alone as soon as a newer version has taken it over, although it is open here', () => {
    const operations = open();
    operations.openMark(mark, lease);
    changeFile('PRAGMA user_version = 99');
    for (const work of [() => operations.readHealth(), () => operations.resetMarks({}, start)])
      expect(faultOf(work).code).toBe('store-newer');
    operations.close();
    changeFile(`PRAGMA user_version = ${migrations.length}`);
    expect(open().readHealth().marks).toEqual([mark]);
  });

  it('a folder in its place is unreadable, with a fix', () => {
    mkdirSync(path, { recursive: true });
    for (const work of [() => open().readHealth(), () => open().openMark(mark, lease)])
      expect(faultOf(work)).toMatchObject({
        code: 'store-unreadable',
        message: expect.stringContaining(`${path}: it is a folder, not a file`),
        fix: { text: 'move that folder away', command: `mv ${path} ${path}.old` },
      });
    expect(readdirSync(path)).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)('a file that this user may not read is unreadable', () => {
    fill();
    chmodSync(path, 0o000);
    expect(faultOf(() => open().readHealth()).code).toBe('store-unreadable');
  });
});

function changeFile(sql: string): void {
  const raw = new DatabaseSync(path);
  raw.exec(sql);
  raw.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  raw.close();
}
