/** What doctor says of agents that are connected, and yet do not reach the gateway. */

import { expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.ts';
import { resolvePaths } from '../../config/files/paths.ts';
import { agents } from '../../connect/agents/agents.ts';
import { planConnection } from '../../connect/plan.ts';
import { notePath, writePlannedFiles } from '../../connect/write-files.ts';
import { keepAgentKey } from '../../gateway/agent-key.ts';
import { listCallerKeys } from '../../gateway/caller-keys.ts';
import { noteRevoked } from '../../gateway/revoked-keys.ts';
import { openConnectContext } from '../context/connect-context.ts';
import { judgeAgentSettings } from './agent-checks.ts';

/** Connects an agent, lets something happen, and looks. */
async function tell(
  name: string,
  happened: (host: FakeHost, callerKeysFile: string) => void,
): Promise<readonly string[]> {
  const host = createFakeHost({ environment: { HOME: '/h', PWD: '/p' } });
  const paths = resolvePaths(host.environment);
  const context = await openConnectContext({ host, paths });
  const agent = agents.find((one) => one.name === name);
  if (agent === undefined) throw new Error(name);
  await keepAgentKey(context.keyPlaceOf(agent), { name });
  const { files } = planConnection(agent, {
    user: context.user,
    files: host.files,
    ...context.placeOf(agent),
  });
  writePlannedFiles(host, files, notePath(context.stateFolder, name));
  happened(host, paths.callerKeysFile);
  const troubles = await judgeAgentSettings({ host, paths }, undefined);
  return troubles.map(({ what, fix }) => `${what}: ${fix?.command ?? fix?.text}`);
}

const elsewhere = '{"env":{"ANTHROPIC_BASE_URL":"https://other.example"}}';
const write = (path: string, text: string) => (host: FakeHost) => host.setFile(path, text);

it.each<[string, (host: FakeHost) => void, readonly RegExp[]]>([
  ['claude', () => undefined, []],
  [
    'claude',
    write('/p/.claude/settings.json', elsewhere),
    [
      /^\/p\/\.claude\/settings\.json sets env\.ANTHROPIC_BASE_URL, which outranks .* Claude Code: /,
    ],
  ],
  [
    'codex',
    write('/p/.codex/config.toml', 'model_provider = "openai"\nmodel = "gpt-5"\n'),
    [/^\/p\/\.codex\/config\.toml sets model_provider, model, which outranks .* Codex: /],
  ],
  ['codex', write('/p/.claude/settings.json', elsewhere), []],
])('settings of a project: %s', async (name, happened, told) => {
  expect(await tell(name, happened)).toEqual(told.map((one) => expect.stringMatching(one)));
});

const unknown = (title: string, name: string): RegExp =>
  new RegExp(
    `^${title} has a key that the gateway does not know: .*caller-keys.json: holdfast connect ${name} --write$`,
  );

const keyOf = (name: string): string => `/h/.local/state/holdfast/connected/${name}.key`;

it.each([
  ['claude', 'Claude Code', true],
  ['codex', 'Codex', false],
])('a key whose file stayed in another home: %s', async (name, title, isNoted) => {
  const told = await tell(name, (host) => {
    host.files.remove(keyOf(name));
    if (!isNoted) host.files.remove(notePath('/h/.local/state/holdfast', name));
  });
  expect(told).toEqual([
    `the key of ${title} is not in this home: ${keyOf(name)}: holdfast key revoke ${name} && holdfast connect ${name} --write`,
  ]);
});

it.each([
  ['claude', 'Claude Code'],
  ['codex', 'Codex'],
  ['hermes', 'Hermes Agent'],
  ['opencode', 'OpenCode'],
])('a key that the gateway has forgotten: %s', async (name, title) => {
  expect(await tell(name, (host, path) => host.files.remove(path))).toEqual([
    expect.stringMatching(unknown(title, name)),
  ]);
  const empty = JSON.stringify({ version: 1, keys: [] });
  expect(await tell(name, (host, path) => host.setFile(path, empty))).toHaveLength(1);
  expect(await tell(name, (host, path) => host.setFile(path, '{'))).toEqual([]);
});

it('a key that was revoked is told as that', async () => {
  const revoke = (host: FakeHost, path: string): void => {
    for (const key of listCallerKeys({ host, path })) noteRevoked({ host, path }, key);
    host.files.remove(path);
  };
  expect(await tell('pi', revoke)).toEqual([
    expect.stringMatching(/^pi has a key that was revoked at \d.*Z: holdfast connect pi --write$/),
  ]);
});
