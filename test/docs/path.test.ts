/** A healthy request runs through no more of the house than ARCHITECTURE.md says. */

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { answerKinds, measurePaths } from '../../scripts/lib/measure-path.ts';
import { boundsPage, readBounds } from '../../scripts/lib/path-bounds.ts';

const bounds = readBounds(readFileSync(boundsPage, 'utf8'));

describe('a healthy request runs through no more files and functions than ARCHITECTURE.md says', () => {
  let found: Awaited<ReturnType<typeof measurePaths>>;

  beforeAll(async () => {
    found = await measurePaths();
  });

  it.each(answerKinds)('%s', (kind) => {
    const { files, functions } = found[kind];
    const list = `npm run path -- --list${kind === 'whole' ? ' --whole' : ''}`;
    const advice = `\`${list}\` names them, and its diff to an earlier commit's those that are new; a commit that needs them raises the bound with \`npm run path -- --write\`, and says why`;
    expect(files, advice).toBeLessThanOrEqual(bounds[kind].files);
    expect(functions.length, advice).toBeLessThanOrEqual(bounds[kind].functions);
  });
});
