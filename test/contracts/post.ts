/** What members of a fleet leave for each other beside the log, on every engine. */

import { expect, it } from 'vitest';
import { type FleetPost, keptLimit, leftLimit } from '../../src/store/fleet/log.ts';

const day = 86_400_000;

/** `open` begins anew each time. */
export function testPost(name: string, open: () => FleetPost & { close(): void }): void {
  const use = async (test: (post: FleetPost) => Promise<void>): Promise<void> => {
    const post = open();
    try {
      await test(post);
    } finally {
      post.close();
    }
  };
  const readAll = async (post: FleetPost): Promise<readonly string[]> => {
    const all: string[] = [];
    let before: string | undefined;
    do {
      const { texts, next } = await post.readKept(before);
      all.push(...texts);
      before = next;
    } while (before !== undefined);
    return all;
  };

  it(`${name}: what is left is taken once, by its name`, () =>
    use(async (post) => {
      await post.leave('one', 'first');
      await post.leave('other', 'second');
      expect(await post.take('nothing')).toBeUndefined();
      expect(await post.take('one')).toBe('first');
      expect(await post.take('one')).toBeUndefined();
      await post.clear();
      expect(await post.take('other')).toBeUndefined();
    }));

  it(`${name}: what is too large is not read`, () =>
    use(async (post) => {
      await post.leave('large', 'x'.repeat(leftLimit + 1));
      await post.leave('fits', 'x'.repeat(leftLimit));
      expect(await post.take('large')).toBeUndefined();
      expect(await post.take('fits')).toHaveLength(leftLimit);
      await post.keep(['x'.repeat(keptLimit + 1), 'x'.repeat(keptLimit)], day);
      expect((await readAll(post)).map(({ length }) => length)).toEqual([keptLimit]);
    }));

  it(`${name}: what is kept is read in pages, the newest first`, () =>
    use(async (post) => {
      expect(await readAll(post)).toEqual([]);
      const texts = Array.from({ length: 250 }, (_, index) => `text ${index}`);
      await post.keep(texts.slice(0, 200), day);
      await post.keep(texts.slice(200), day);
      expect(await readAll(post)).toEqual(texts.toReversed());
    }));
}
