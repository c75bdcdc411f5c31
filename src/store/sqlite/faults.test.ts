import { expect, it } from 'vitest';
import { nameFault } from './faults.ts';

const place = { path: '/home/you/x.db', layout: { called: 'the file', loses: 'all' } };

/** As SQLite throws it. */
function faultOf(errcode: number, message: string): unknown {
  return nameFault(Object.assign(new Error(message), { errcode }), place);
}

it('a runtime without full-text search is told to be too old, and the file is not said to be damaged', () => {
  expect(faultOf(1, 'no such module: fts5')).toMatchObject({
    code: 'store-failed',
    message: expect.stringMatching(/^the file \/home\/you\/x\.db: .*no such module: fts5/),
    howToFix: 'use Node 22.16 or newer',
  });
  expect(faultOf(1, 'no such table: marks')).toMatchObject({ code: 'store-corrupt' });
});
