/**
 * A library with a configuration of its own: what it learns of its providers, whose names are its
 * own, is nobody else's.
 */

import { expect, it } from 'vitest';
import { createFakeHost, type UpstreamStep } from '../../test/fakes/fake-host.ts';
import { ReferenceStore } from '../../test/fakes/reference-store.ts';
import { resolvePaths } from '../config/files/paths.ts';
import { createHoldfast } from './holdfast.ts';

const config = {
  main: 'deepseek/m',
  providers: {
    deepseek: { base_url: 'https://one.example/v1', protocol: 'openai-chat', auth: 'none' },
  },
};
const offered: UpstreamStep = { chunks: ['{"data":[{"id":"offered"}]}'] };

it("neither changes nor reads the lists of models that this user's other processes share", async () => {
  const host = createFakeHost();
  const { modelListsFile } = resolvePaths(host.environment);
  const list = { provider: 'deepseek', origin: 'https://one.example', at: 1, ids: ['shared'] };
  const shared = JSON.stringify({ schema: 'holdfast.model-lists/1', lists: [list] });
  host.setFile(modelListsFile, shared);
  host.upstream.enqueue(offered);
  const holdfast = createHoldfast({ host, config });
  const names = (await holdfast.models({ refresh: true })).map(({ name }) => name);
  await holdfast.close();
  expect(names).toContain('deepseek/offered');
  expect(names).not.toContain('deepseek/shared');
  expect(host.fileText(modelListsFile)).toBe(shared);
});

it('shares them where it is told to share its memory', async () => {
  const host = createFakeHost();
  const { modelListsFile } = resolvePaths(host.environment);
  host.upstream.enqueue(offered);
  const store = new ReferenceStore();
  const holdfast = createHoldfast({ host, config, store });
  await holdfast.models({ refresh: true });
  await holdfast.close();
  expect(host.fileText(modelListsFile)).toContain('offered');
});
