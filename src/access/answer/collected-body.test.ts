/** What comes in many pieces is one body, costs about its bytes while it comes, and has an end. */

import { afterEach, describe, expect, it, vi } from 'vitest';
import { CollectedBody } from './collected-body.ts';

afterEach(() => vi.restoreAllMocks());

describe('CollectedBody', () => {
  it.each([
    ['one piece', [10]],
    ['nothing', []],
    ['small pieces', new Array<number>(50_000).fill(3)],
    ['pieces of every size', [1, 5000, 2, 4095, 4096, 1, 1, 200_000, 7, 65_536, 4000, 4000]],
  ])('joins what came: %s', (_name, lengths) => {
    const body = new CollectedBody();
    const chunks = lengths.map((length, index) => Buffer.alloc(length, index % 251));
    for (const chunk of chunks) expect(body.push(chunk)).toBeUndefined();
    expect(body.join().equals(Buffer.concat(chunks))).toBe(true);
  });

  it('keeps small pieces together', () => {
    const body = new CollectedBody();
    for (let sent = 0; sent < 100_000; sent++) body.push(Buffer.from([sent % 251]));
    const concat = vi.spyOn(Buffer, 'concat');
    expect(body.join().length).toBe(100_000);
    expect(concat.mock.calls[0]?.[0].length).toBe(3);
  });

  it('takes 256 MB and no byte more', () => {
    const body = new CollectedBody();
    const chunk = Buffer.alloc(32 * 1024 * 1024);
    for (let sent = 0; sent < 8; sent++) expect(body.push(chunk)).toBeUndefined();
    expect(body.push(Buffer.from('x'))).toMatchObject({
      class: 'malformed',
      evidence: { rule: 'endless-body' },
    });
  });
});
