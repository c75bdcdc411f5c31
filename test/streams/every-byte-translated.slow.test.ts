/** An answer that is translated, cut at every single byte: the whole answer or one clean error in the caller's protocol (laws 16 and 17). */

import { beforeAll, describe, expect, it } from 'vitest';
import { judge, translatedTales } from './tales.ts';
import { bytesOf, endings, loadTranslations, manners, Teller } from './teller.ts';

beforeAll(loadTranslations);

describe.each(Object.entries(translatedTales))('%s', (_name, tale) => {
  it('cut at every byte', async () => {
    const teller = new Teller(tale);
    const { length } = bytesOf(tale);
    for (let cut = 0; cut <= length; cut++) {
      const ending = endings[cut % endings.length] ?? 'reset';
      const manner = manners[Math.floor(cut / endings.length) % manners.length] ?? 'exact';
      const got = await teller.tell({ cuts: [cut], ending, manner });
      expect(judge(tale, got, cut), `cut at byte ${cut}, ${ending}, told on: ${manner}`).toEqual([]);
    }
  });
});
