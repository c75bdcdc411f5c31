/**
 * Descriptions of images, in memory and in their file: found again, never too many, erased on
 * request.
 */

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.ts';
import { createNodeHost } from '../../host/node-host.ts';
import { DescriptionFile } from './description-file.ts';
import type { DescriptionStore } from './description-store.ts';
import { openDescriptions } from './open-descriptions.ts';

const dayMs = 86_400_000;

let folder = '';
let path = '';
let fake: FakeHost;
let limits = { keepDays: 90, maxBytes: 1000 };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-descriptions-'));
  path = join(folder, 'descriptions.db');
  fake = createFakeHost();
  limits = { keepDays: 90, maxBytes: 1000 };
});
afterEach(() => rmSync(folder, { recursive: true }));

const { files } = createNodeHost();
const openFile = (): DescriptionFile =>
  new DescriptionFile({ files, clock: fake.clock, path, limits: () => limits });
const openIn = (
  isInMemory: boolean,
  emit: (event: object) => void = () => undefined,
): DescriptionStore =>
  openDescriptions(isInMemory, { host: { ...fake, files }, path, limits: () => limits, emit });
const stores: Readonly<Record<string, () => DescriptionStore>> = {
  memory: () => openIn(true),
  file: openFile,
};

describe.each(Object.entries(stores))('descriptions in %s', (_name, open) => {
  it('are found by what they show, in the words that were kept first', () => {
    const store = open();
    expect(store.find('a')).toBeUndefined();
    expect(store.keep('a', 'a red square')).toBe('a red square');
    expect(store.keep('a', 'a square, red')).toBe('a red square');
    expect(store.find('a')).toBe('a red square');
    store.close();
  });

  it('forget what was used longest ago once they are too many', async () => {
    const store = open();
    const long = 'x'.repeat(400);
    store.keep('a', long);
    await fake.advance(2 * 3_600_000);
    store.keep('b', long);
    await fake.advance(2 * 3_600_000);
    store.find('a');
    await fake.advance(2 * 3_600_000);
    store.keep('c', long);
    expect(['a', 'b', 'c'].map((key) => store.find(key) !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
    store.close();
  });
});

describe('the file of descriptions', () => {
  it('is its owner’s alone, and another process reads it', () => {
    openFile().keep('a', 'a red square');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(openFile().find('a')).toBe('a red square');
  });

  it('forgets what was not used for `keep` days', async () => {
    const store = openFile();
    store.keep('a', 'a red square');
    await fake.advance(91 * dayMs);
    expect(store.find('a')).toBeUndefined();
    store.keep('b', 'a blue one');
    expect(store.list().map(({ key }) => key)).toEqual(['b']);
  });

  it('holds nothing of what was erased', () => {
    const store = openFile();
    store.keep('a', 'a red square');
    expect(store.clear()).toBe(1);
    expect([store.find('a'), store.list(), store.clear()]).toEqual([undefined, [], 0]);
    store.close();
    expect(readFileSync(path).includes('red square')).toBe(false);
  });
});

describe('where descriptions are kept', () => {
  const open = (): { readonly store: DescriptionStore; readonly said: string[] } => {
    const said: string[] = [];
    const emit = (event: object): void => void said.push('text' in event ? String(event.text) : '');
    return { store: openIn(false, emit), said };
  };

  it('is memory alone where nothing may be written', () => {
    limits = { ...limits, keepDays: 0 };
    const { store } = open();
    store.keep('a', 'a red square');
    expect(store.find('a')).toBe('a red square');
    expect(files.stamp(path)).toBeUndefined();
  });

  it('is memory where the file is damaged, which is said once and left as it is', () => {
    writeFileSync(path, 'this is no database');
    const { store, said } = open();
    store.keep('a', 'a red square');
    expect([store.find('a'), store.find('b')]).toEqual(['a red square', undefined]);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('the descriptions of images');
    expect(readFileSync(path, 'utf8')).toBe('this is no database');
  });
});
