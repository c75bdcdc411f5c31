/** A connection to any agent, rewritten by that agent, is taken back value by value. */

import { parse as parseToml, stringify as writeToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml, stringify as writeYaml } from 'yaml';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { agents } from './agents/agents.ts';
import { formatOf } from './apply-settings.ts';
import { parseDotenv } from './formats/dotenv.ts';
import { describeGateway } from './gateway-address.ts';
import { planConnection } from './plan.ts';
import { readUserHome } from './user-home.ts';
import { notePath, undo, writePlannedFiles } from './write-files.ts';

const gateway = describeGateway({
  host: '127.0.0.1',
  port: 4653,
  keyCommand: ['holdfast', 'key'],
  gatewayKeyFile: '/k',
  tasks: ['title_generation', 'compression'],
  window: { context: 128_000, output: 8000 },
});

function read(path: string, text: string): unknown {
  switch (formatOf(path)) {
    case 'json':
      return JSON.parse(text);
    case 'toml':
      return structuredClone(parseToml(text));
    case 'yaml':
      return parseYaml(text);
    case 'dotenv':
      return parseDotenv(text);
  }
}

/** As a program writes it: no comments, another order. */
function write(path: string, value: object): string {
  const turned = Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).toReversed());
  switch (formatOf(path)) {
    case 'json':
      return JSON.stringify(turned);
    case 'toml':
      return writeToml(turned);
    case 'yaml':
      return writeYaml(turned);
    case 'dotenv':
      return Object.entries(turned)
        .map(([name, one]) => `${name}=${one}\n`)
        .join('');
  }
}

const withFiles = agents.filter(
  (agent) => agent.connect(gateway, '/h', readUserHome(createFakeHost())).files !== undefined,
);

describe.each(withFiles.map((agent) => [agent.name, agent] as const))('%s', (name, agent) => {
  it.each([false, true])(
    'that rewrites its files has none of ours afterwards (had files: %s)',
    (had) => {
      const host = createFakeHost({ environment: { HOME: '/h' } });
      const plan = () =>
        planConnection(agent, {
          gateway,
          user: readUserHome(host),
          files: host.files,
          key: `hf_${'0'.repeat(24)}`,
        });
      const paths = plan().files.map(({ path }) => path);
      const list = (path: string): boolean =>
        path.endsWith('settings.yml') || path.endsWith('models.yaml');
      const own = (path: string): object =>
        list(path) ? [{ name: 'mine', model_id: 'mine' }] : { theme: 'dark' };
      if (had) for (const path of paths) host.setFile(path, write(path, own(path)));
      const note = notePath('/state', name);
      writePlannedFiles(host, plan().files, note);
      const added = { added: 'later' };
      for (const path of paths) {
        const value = read(path, host.fileText(path) ?? '');
        const more = Array.isArray(value) ? [...value, added] : Object.assign({}, value, added);
        host.setFile(path, write(path, more));
      }
      const undone = undo(host, note);
      expect(undone.map(({ problem, left }) => [problem, left])).toEqual(
        paths.map(() => [undefined, []]),
      );
      for (const path of paths) {
        const rest = read(path, host.fileText(path) ?? '');
        const none = list(path) ? [] : {};
        const expected = had ? own(path) : none;
        if (Array.isArray(expected)) expect(rest).toEqual([...expected, added]);
        else expect(rest).toMatchObject({ ...expected, ...added });
        expect(JSON.stringify(rest)).not.toMatch(/holdfast|hf_|4653/i);
      }
    },
  );
});
