/** Whose is what a provider keeps, and who may use it. */

import { describe, expect, it } from 'vitest';
import type { Passage } from '../../model/request.ts';
import { nameSealed } from '../../protocols/translation/sealed.ts';
import { findMaker, mayUse, sharedMaker } from './makers.ts';
import { Tie } from './tie.ts';

describe('what was made', () => {
  it.each([
    ['by the caller', { maker: 'ada' }, 'ada', true],
    ['by another', { maker: 'ada' }, 'bob', false],
    ['by those who share', { maker: 'ada' }, sharedMaker, false],
    ['by a caller, for those who share', {}, 'bob', false],
    ['by those who share, for one of them', {}, sharedMaker, true],
    ['by nobody who is known', { maker: 'ada' }, undefined, true],
    ['by a caller, for an admin', { maker: 'admin', seesAll: true }, 'bob', true],
  ])('%s', (_name, caller, maker, may) => {
    expect(mayUse(caller, maker)).toBe(may);
  });

  const passage = (method: Passage['method'], object?: string): Passage => ({
    method,
    path: '/files',
    object,
    provider: undefined,
  });
  it.each<[string, Passage | undefined, string | undefined]>([
    ['in an answer is of who asked', undefined, 'ada'],
    ['by an upload is of who uploaded', passage('POST'), 'ada'],
    ['and comes with an object is of its maker', passage('GET', 'batch_1'), 'bob'],
    ['and comes with an ended one is of its maker', passage('POST', 'batch_1'), 'bob'],
    ['and is listed is of nobody', passage('GET'), undefined],
  ])('%s', (_name, asked, maker) => {
    expect(findMaker({ passage: asked, maker: 'ada' }, 'bob')).toBe(maker);
  });
});

it('an id is its maker’s alone; a compacted conversation is of who has it', () => {
  const owner = { origin: 'https://p.test', account: 'team', maker: 'ada' };
  const foreignIn = (name: string): string | undefined =>
    new Tie(
      { references: [{ name, text: 'it' }], sealed: [] },
      new Map([[name, owner]]),
    ).findForeign({ maker: 'bob' });
  expect(foreignIn('resp_1')).toBe('it');
  expect(foreignIn(nameSealed('gAAAA'))).toBeUndefined();
});
