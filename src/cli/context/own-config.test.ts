/** A path that only a shell would have replaced is no place to write to. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { resolvePaths } from '../../config/files/paths.ts';
import { setConfigValue } from '../../config/yaml/edit.ts';
import { changeOwnConfig } from './own-config.ts';

it.each([
  ['HOLDFAST_CONFIG', '~/x.yaml', '/h/x.yaml'],
  ['HOLDFAST_HOME', '~/x', '/h/x'],
])('%s=%s is refused with the whole path', async (name, value, whole) => {
  const host = createFakeHost({ environment: { HOME: '/h', [name]: value } });
  const context = { host, paths: resolvePaths(host.environment) };
  const change = (text: string): string => setConfigValue(text, 'main', 'openai/a');
  const fix = expect.objectContaining({ command: `export ${name}=${whole}` });
  await expect(changeOwnConfig(context, change)).rejects.toThrow(expect.objectContaining({ fix }));
  expect(host.fileText(context.paths.configFile)).toBeUndefined();
});
