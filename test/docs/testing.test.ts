/** The first test that docs/testing.md shows. It runs here, and the page has it word for word. */

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { answered, refused, stageEngine } from '../fakes/engine-stage.ts';

const server = (name: string): object => ({
  base_url: `https://${name}.test/v1`,
  protocol: 'openai-chat',
  api_key: `sk-test-${name}`,
});

it('asks the next target when a key is refused (law 9)', async () => {
  const stage = stageEngine({
    main: 'one/m',
    fallback_chain: ['two/m'],
    providers: { one: server('one'), two: server('two') },
  });
  stage.host.upstream.enqueue(refused(401), answered);
  expect((await stage.ask()).status).toBe(200);
  expect(stage.sent()).toEqual(['one one', 'two two']);
  stage.host.upstream.assertAllUsed();
});

it('docs/testing.md shows a test that runs', () => {
  const page = readFileSync(new URL('../../docs/testing.md', import.meta.url), 'utf8');
  const [, shown = 'none'] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
  expect(readFileSync(import.meta.filename, 'utf8')).toContain(shown);
});
