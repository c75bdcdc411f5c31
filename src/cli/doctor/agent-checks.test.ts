/** What doctor says of settings that outrank those of `connect`. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { resolvePaths } from '../../config/files/paths.ts';
import { agents } from '../../connect/agents/agents.ts';
import { planConnection } from '../../connect/plan.ts';
import { notePath, writePlannedFiles } from '../../connect/write-files.ts';
import { openConnectContext } from '../context/connect-context.ts';
import { judgeAgentSettings } from './agent-checks.ts';

async function tell(name: string, more: Record<string, string>): Promise<readonly string[]> {
  const host = createFakeHost({ environment: { HOME: '/h', PWD: '/p' } });
  const paths = resolvePaths(host.environment);
  const context = await openConnectContext({ host, paths });
  const agent = agents.find((one) => one.name === name);
  if (agent === undefined) throw new Error(name);
  const { files } = planConnection(agent, {
    user: context.user,
    files: host.files,
    ...context.placeOf(agent),
  });
  writePlannedFiles(host, files, notePath(context.stateFolder, name));
  for (const [path, text] of Object.entries(more))
    host.setFile(path, `${host.fileText(path) ?? ''}${text}`);
  const troubles = await judgeAgentSettings({ host, paths }, undefined);
  return troubles.map(({ what }) => what);
}

const elsewhere = '{"env":{"ANTHROPIC_BASE_URL":"https://other.example"}}';

it.each([
  ['claude', {}, []],
  [
    'claude',
    { '/p/.claude/settings.json': elsewhere },
    [
      "/p/.claude/settings.json sets env.ANTHROPIC_BASE_URL, which outranks the gateway's settings for Claude Code",
    ],
  ],
  [
    'codex',
    { '/p/.codex/config.toml': 'model_provider = "openai"\nmodel = "gpt-5"\n' },
    [
      "/p/.codex/config.toml sets model_provider, model, which outranks the gateway's settings for Codex",
    ],
  ],
  ['codex', { '/p/.claude/settings.json': elsewhere }, []],
])('%s with %j', async (name, more, told) => {
  expect(await tell(name, more)).toEqual(told);
});
