import { expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.ts';
import { claude } from './agents/claude.ts';
import { codex } from './agents/codex.ts';
import { describeGateway } from './gateway-address.ts';
import { type ListedAgent, listAgents, readWritten } from './list.ts';
import { explainOutdated } from './outdated.ts';
import { planConnection } from './plan.ts';
import type { GatewayAddress } from './settings.ts';
import { readUserHome } from './user-home.ts';
import { notePath, writePlannedFiles } from './write-files.ts';

const stateFolder = '/s';
const former = '/opt/one/holdfast.js';

function gatewayBy(program: string, port = 4653): GatewayAddress {
  const keyCommand = [program, 'key', '--of', 'x'] as const;
  return describeGateway({ host: '127.0.0.1', port, keyCommand, gatewayKeyFile: '/k', tasks: [] });
}

interface Look {
  readonly state: ListedAgent['state'] | undefined;
  readonly why: readonly string[];
}

/** What is told of settings that `former` wrote, seen by another launcher. */
function look(agent: typeof claude, happened: (host: FakeHost) => void, port?: number): Look {
  const host = createFakeHost({ environment: { HOME: '/h' }, files: { [former]: '' } });
  const context = { user: readUserHome(host), files: host.files, key: undefined };
  const { files } = planConnection(agent, { ...context, gateway: gatewayBy(former) });
  writePlannedFiles(host, files, notePath(stateFolder, agent.name));
  happened(host);
  const placeOf = (): Pick<Parameters<typeof planConnection>[1], 'gateway' | 'key'> => ({
    gateway: gatewayBy('/opt/two/holdfast.js', port),
    key: undefined,
  });
  const [one] = listAgents([agent], { host, user: context.user, stateFolder, placeOf });
  const written = readWritten({ host, stateFolder }, agent);
  return { state: one?.state, why: explainOutdated(host.files, written) };
}

const edit = (path: string, from: string, to: string) => (host: FakeHost) => {
  host.setFile(path, (host.fileText(path) ?? '').replace(from, to));
};

it.each([claude, codex])('another launcher that is still there is as good: $name', (agent) => {
  expect(look(agent, () => undefined).state).toBe('connected');
});

it.each<[string, typeof claude, (host: FakeHost) => void, number | undefined, RegExp]>([
  [
    'the launcher is gone',
    claude,
    (host) => host.files.remove(former),
    undefined,
    /printed by \/opt\/one\/holdfast\.js, which is not there/,
  ],
  [
    'the file is gone',
    claude,
    (host) => host.files.remove('/h/.claude/settings.json'),
    undefined,
    /^\/h\/\.claude\/settings\.json is not there any more/,
  ],
  [
    'somebody has changed the address',
    claude,
    edit('/h/.claude/settings.json', '127.0.0.1:4653', 'other.example'),
    undefined,
    /settings\.json: somebody has changed env\.ANTHROPIC_BASE_URL since/,
  ],
  [
    'somebody has taken a value out',
    codex,
    edit('/h/.codex/config.toml', 'model = "main"', ''),
    undefined,
    /config\.toml: somebody has changed model since/,
  ],
  ['the gateway is elsewhere', codex, () => undefined, 4700, /the address, the key or a setting/],
])('outdated: %s', (_what, agent, happened, port, why) => {
  const found = look(agent, happened, port);
  expect(found.state).toBe('outdated');
  expect(found.why).toEqual([expect.stringMatching(why)]);
});
