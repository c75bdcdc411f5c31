/** Laws that hold between the fields of a row, whatever its class is. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failureClasses, isFailureClass, rowOfClass } from './classes.ts';
import type { FailurePhrases, FailureRow } from './row.ts';

const rows: readonly (readonly [string, FailureRow])[] = Object.entries(failureClasses);

/** What each phrase is filled with. */
const places: Readonly<Record<keyof FailurePhrases, readonly string[]>> = {
  happened: [],
  brief: [],
  standing: ['PROVIDER', 'TARGET', 'KEY', 'PAST'],
  attempt: ['PROVIDER', 'TARGET', 'MODEL', 'KEY', 'WHEN', 'TIMES', 'MESSAGE'],
  rescue: ['PROVIDER', 'CODE'],
  subject: [],
  skipped: ['PROVIDER', 'WHY', 'API'],
  fix: ['PROVIDER', 'MODEL', 'SERVER', 'CONSOLE', 'FLAGS', 'SAID', 'VPN'],
};

describe.each(rows)('the failure class %s', (_name, row) => {
  const has = (name: string): boolean => row.moves.some(({ move }) => move === name);

  it('waits exactly if its mark is waited for (law 11)', () => {
    expect(has('wait')).toBe(row.mark?.isWaitedFor === true);
  });

  it('leaves no mark if it is a fault of the request (law 15)', () => {
    expect(row.isRequestFault === true && row.mark !== undefined).toBe(false);
  });

  it('is not charged to anybody if its request was refused', () => {
    const isRefusal = row.isRequestFault === true || row.heldAgainst !== undefined;
    expect(isRefusal && row.mayBe !== undefined).toBe(false);
  });

  it('reads a key again before its next one, if it is a refused key (law 8)', () => {
    expect(row.mark?.refusesKey === true && row.moves[0]?.move !== 'reread').toBe(false);
  });

  it('says of a mark on a key or an account what it is held against, unless it is a limit that passes', () => {
    const isPersonal = row.mark?.scope.some(
      (field) => field === 'fingerprint' || field === 'account',
    );
    if (isPersonal === true && row.mark?.isWaitedFor !== true)
      expect(row.heldAgainst).toBeDefined();
  });

  it('has a fix, and lasts, if nobody waits for the end of its mark', () => {
    if (row.mark !== undefined && row.mark.isWaitedFor !== true)
      expect({ lasts: row.lasts, fix: typeof (row.fix ?? row.phrases.fix) }).toEqual({
        lasts: true,
        fix: 'string',
      });
  });

  it('has one fix: a kind, or a phrase', () => {
    expect(row.fix !== undefined && row.phrases.fix !== undefined).toBe(false);
  });

  it('has windows that grow, and none above its cap', () => {
    const { windows = [], lateWindows = [], capMs = 0 } = row.mark ?? {};
    for (const list of [windows, lateWindows])
      expect(list).toEqual([...list].sort((a, b) => a - b));
    expect(Math.max(0, ...windows, ...lateWindows)).toBeLessThanOrEqual(capMs);
  });

  it('has phrases with no place that nothing is put into', () => {
    const said: readonly (readonly [string, string])[] = Object.entries(row.phrases);
    const known = new Map<string, readonly string[]>(Object.entries(places));
    const unknown = said.flatMap(([phrase, text]) =>
      [...text.matchAll(/[A-Z]{3,}/g)]
        .map(([place]) => place)
        .filter((one) => known.get(phrase)?.includes(one) !== true),
    );
    expect(unknown).toEqual([]);
  });
});

it('no table by class stands anywhere else: what differs between classes is a field of their rows', () => {
  const src = join(import.meta.dirname, '..');
  const paths = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.test.ts'),
  );
  const tables = paths.filter((path) =>
    /(Record<|Set<|Map<)[^>]*\bFailureClass\b/.test(readFileSync(join(src, path), 'utf8')),
  );
  expect(paths.length).toBeGreaterThan(500);
  expect(tables).toEqual([]);
});

describe('a class that this version does not know', () => {
  it.each(['gone-with-an-older-version', 'toString', '__proto__', ''])(
    '%s is not a class',
    (name) => {
      expect(isFailureClass(name)).toBe(false);
    },
  );

  it('is read as unknown, so that a record of another version is told', () => {
    const [name] = parseNames(['of-a-newer-version']);
    expect(name && rowOfClass(name)).toBe(failureClasses.unknown);
  });
});

function parseNames(names: readonly string[]): readonly (keyof typeof failureClasses)[] {
  return names as readonly (keyof typeof failureClasses)[];
}
