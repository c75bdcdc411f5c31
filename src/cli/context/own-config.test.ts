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

const usual =
  'main: local/a\nproviders: {local: {base_url: "http://127.0.0.1:9", protocol: openai-chat, auth: none}}\n';
const elsewhere =
  'is not there, and /h/.config/holdfast/config.yaml is: XDG_CONFIG_HOME names another';

it.each([
  ['is refused', 'fallback_chain', '[local/b]', false],
  ['can be made', 'main', 'openai/a', true],
])(
  'a change that %s in another folder than usual is told of the file that is there',
  async (...given) => {
    const [, key, value, isMade] = given;
    const host = createFakeHost({
      environment: {
        HOME: '/h',
        XDG_CONFIG_HOME: '/h/snap',
        OPENAI_API_KEY: `sk-test-${'o'.repeat(30)}`,
      },
      files: { '/h/.config/holdfast/config.yaml': usual },
    });
    const context = { host, paths: resolvePaths(host.environment) };
    const said = await changeOwnConfig(context, (text) => setConfigValue(text, key, value)).catch(
      String,
    );
    expect(String(said)).toContain(elsewhere);
    expect(host.fileText(context.paths.configFile) !== undefined).toBe(isMade);
  },
);

it('a file that is there is changed without a word of another one', async () => {
  const host = createFakeHost({
    environment: { HOME: '/h', XDG_CONFIG_HOME: '/h/snap' },
    files: { '/h/.config/holdfast/config.yaml': usual, '/h/snap/holdfast/config.yaml': usual },
  });
  const context = { host, paths: resolvePaths(host.environment) };
  expect(await changeOwnConfig(context, (text) => setConfigValue(text, 'main', 'local/b'))).toEqual(
    [],
  );
});
