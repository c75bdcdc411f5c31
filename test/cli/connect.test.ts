/**
 * `holdfast connect` as a person uses it: what is shown, what is written, what is taken back, and
 * that the key command works.
 */

import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashKey } from '../../src/gateway/caller-keys.ts';
import { defaults } from '../../src/model/defaults.ts';

const root = join(import.meta.dirname, '../..');
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-connect-'));
});
afterEach(() => rmSync(home, { recursive: true }));

interface Run {
  readonly status: number;
  readonly out: string;
  readonly talk: string;
}

function run(
  program: string,
  argv: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const environment = {
    PATH: process.env['PATH'],
    HOME: home,
    HOLDFAST_HOME: join(home, 'ours'),
    NO_COLOR: '1',
  };
  return new Promise((resolve) => {
    execFile(program, [...argv], { env: { ...environment, ...more } }, (error, out, talk) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, out, talk });
    }).stdin?.end();
  });
}

function holdfast(
  argv: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const ours = { HOLDFAST_HOME: join(home, 'ours'), ...more };
  return run(process.execPath, [join(root, 'bin/holdfast.js'), ...argv], ours);
}

function put(path: string, text: string): string {
  const full = join(home, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text, { mode: 0o640 });
  return full;
}

describe('holdfast connect claude', () => {
  const mine = '{\n  // mine\n  "env": { "FOO": "1" }\n}\n';

  it('shows, writes, and takes back to the byte', async () => {
    const path = put('.claude/settings.json', mine);
    const shown = await holdfast(['connect', 'claude']);
    expect(shown.status).toBe(0);
    expect(shown.out).toContain(
      `"ANTHROPIC_BASE_URL": "http://127.0.0.1:${defaults.gateway.port}"`,
    );
    expect(shown.talk).toContain(`holdfast config set 'aliases.claude-*haiku*' title_generation`);
    expect(readFileSync(path, 'utf8')).toBe(mine);

    const dry = await holdfast(['connect', 'claude', '--write', '--dry-run']);
    expect(dry.out).toMatch(/^--- .*settings\.json\n\+\+\+ /);
    expect(readFileSync(path, 'utf8')).toBe(mine);

    const written = await holdfast(['connect', 'claude', '--write']);
    expect(written.out).toBe(dry.out);
    expect(written.talk).toContain(`${path} is written; the old one is ${path}.bak`);
    expect(readFileSync(path, 'utf8')).toContain('// mine');
    expect(statSync(path).mode & 0o777).toBe(0o640);

    expect((await holdfast(['connect', 'claude', '--undo'])).status).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(mine);
    expect(existsSync(`${path}.bak`)).toBe(false);
  });

  it('writes a key command that prints a key of its own, wherever the agent is started, and no key', async () => {
    await holdfast(['connect', 'claude', '--write']);
    const text = readFileSync(join(home, '.claude/settings.json'), 'utf8');
    const { apiKeyHelper } = JSON.parse(text);
    const { out } = await run('/bin/sh', ['-c', apiKeyHelper]);
    expect(out).toMatch(/^hf_/);
    expect(text).not.toContain(out.trim());
    const kept = readFileSync(join(home, 'ours/caller-keys.json'), 'utf8');
    expect(JSON.parse(kept).keys).toMatchObject([
      { name: 'claude', scope: 'call', hash: hashKey(out.trim()) },
    ]);
    expect(statSync(join(home, 'ours/connected/claude.key')).mode & 0o777).toBe(0o600);
  });

  it('keeps its key when it is written again, gives it a budget, and revokes it with --undo', async () => {
    await holdfast(['connect', 'claude', '--write']);
    const { out } = await holdfast(['key', '--of', 'claude']);
    await holdfast(['connect', 'claude', '--write', '--budget', '1usd/day']);
    expect((await holdfast(['key', '--of', 'claude'])).out).toBe(out);
    expect((await holdfast(['key', 'list'])).out).toContain('claude  scope call, 1usd/day; added ');
    const undone = await holdfast(['connect', 'claude', '--undo']);
    expect(undone.talk).toContain('the key claude is revoked');
    expect((await holdfast(['key', 'list'])).out).not.toContain('claude');
    const gone = await holdfast(['key', '--of', 'claude']);
    expect([gone.status, gone.out]).toEqual([2, '']);
    expect(gone.talk).toContain('make one: holdfast connect claude --write');
  });

  it('takes no name that a key has already', async () => {
    await holdfast(['key', 'add', 'claude']);
    const refused = await holdfast(['connect', 'claude', '--write']);
    expect(refused.status).not.toBe(0);
    expect(refused.talk).toContain('there is a key called claude already');
    expect(existsSync(join(home, '.claude/settings.json'))).toBe(false);
  });

  it('suggests no alias that is there', async () => {
    const provider =
      'providers: {local: {base_url: "http://127.0.0.1:9", protocol: openai-chat, auth: none}}';
    put(
      'ours/config.yaml',
      `main: local/m\n${provider}\nauxiliary: {title_generation: {}}\naliases: {"claude-*haiku*": title_generation}\ngateway: {port: 4700}\n`,
    );
    const { out, talk } = await holdfast(['connect', 'claude']);
    expect(out).toContain('http://127.0.0.1:4700');
    expect(talk).toContain(`\n  holdfast config set 'aliases.claude-*' main\n`);
    expect(talk).not.toContain('haiku');
    expect(talk).not.toContain('auxiliary');
  });

  it('leaves a read-only file alone, and names what it cannot read', async () => {
    const path = put('.claude/settings.json', mine);
    chmodSync(path, 0o444);
    const refused = await holdfast(['connect', 'claude', '--write']);
    expect([refused.status, refused.out, readFileSync(path, 'utf8')]).toEqual([1, '', mine]);
    expect(refused.talk).toContain(`${path} is read-only; nothing is written`);
    expect((await holdfast(['key', 'list'])).out).not.toContain('claude');
    expect(readdirSync(dirname(path))).toEqual(['settings.json']);

    rmSync(path);
    mkdirSync(path);
    const unread = await holdfast(['connect', 'claude']);
    expect([unread.status, unread.talk]).toEqual([
      1,
      expect.stringContaining(`${path} cannot be read: it is a folder, not a file`),
    ]);
  });

  it('refuses a broken file with one error', async () => {
    const path = put('.claude/settings.json', '{ "env": ');
    const broken = await holdfast(['connect', 'claude', '--write']);
    expect([broken.status, broken.out]).toEqual([1, '']);
    expect(broken.talk).toContain(
      `${path} cannot be changed: line 1 is not JSON; nothing is written`,
    );
  });

  it('is taken out of a file that changed since, with a configuration that is broken by now', async () => {
    const path = put('.claude/settings.json', mine);
    await holdfast(['connect', 'claude', '--write']);
    const written = JSON.parse(readFileSync(path, 'utf8').replace('// mine', ''));
    written.env.ANTHROPIC_BASE_URL = 'https://other.example';
    writeFileSync(path, JSON.stringify({ later: 1, ...written }));
    put('ours/config.yaml', 'main: [\n');
    const undone = await holdfast(['connect', 'claude', '--undo']);
    expect(undone.status).toBe(0);
    expect(undone.talk).toContain(
      `${path} has changed since: our settings are taken out of it\n` +
        `${path} keeps env.ANTHROPIC_BASE_URL: its value is not ours any more\n` +
        'the key claude is revoked\n',
    );
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      later: 1,
      env: { ANTHROPIC_BASE_URL: 'https://other.example' },
    });
    expect(readFileSync(path, 'utf8')).not.toContain('apiKeyHelper');
  });
});

it('starts the key command with the Node that ran us, even where npm has put holdfast on the PATH for one run', async () => {
  const passing = put('project/node_modules/.bin/holdfast', '');
  const { out } = await holdfast(['connect', 'claude'], { PATH: dirname(passing) });
  const { apiKeyHelper } = JSON.parse(out.slice(out.indexOf('\n')));
  expect(apiKeyHelper).toContain(` ${process.execPath} ${join(root, 'bin/holdfast.js')} key`);
});

it('makes the key that OpenCode reads from its file, so that it starts before the gateway has', async () => {
  await holdfast(['connect', 'opencode']);
  expect(existsSync(join(home, 'ours/gateway.key'))).toBe(false);
  await holdfast(['connect', 'opencode', '--write']);
  const { provider } = JSON.parse(
    readFileSync(join(home, '.config/opencode/opencode.json'), 'utf8'),
  );
  const path = /^\{file:(.*)\}$/.exec(provider.holdfast.options.apiKey)?.[1] ?? '';
  expect(readFileSync(path, 'utf8')).toMatch(/^hf_/);
});

it('puts the key where Reasonix alone looks for it, for its owner only, and shows it nowhere', async () => {
  const dotenv = put('.reasonix/.env', 'OTHER_KEY=theirs\n');
  const shown = await holdfast(['connect', 'reasonix']);
  expect(readFileSync(dotenv, 'utf8')).toBe('OTHER_KEY=theirs\n');
  const written = await holdfast(['connect', 'reasonix', '--write']);
  const key = readFileSync(join(home, 'ours/connected/reasonix.key'), 'utf8').trim();
  expect(readFileSync(dotenv, 'utf8')).toBe(`OTHER_KEY=theirs\nHOLDFAST_API_KEY=${key}\n`);
  expect([dotenv, `${dotenv}.bak`].map((path) => statSync(path).mode & 0o777)).toEqual([
    0o600, 0o600,
  ]);
  const json = await holdfast(['connect', 'reasonix', '--json']);
  for (const { out, talk } of [shown, written, json]) expect(out + talk).not.toMatch(/hf_|theirs/);

  expect((await holdfast(['connect', 'reasonix', '--undo'])).status).toBe(0);
  expect(readFileSync(dotenv, 'utf8')).toBe('OTHER_KEY=theirs\n');
  expect(statSync(dotenv).mode & 0o777).toBe(0o640);
  expect(readdirSync(dirname(dotenv))).toEqual(['.env']);
});

it('finds Continue by the name of its program', async () => {
  const { status, out } = await holdfast(['connect', 'cn']);
  expect([status, out]).toEqual([0, expect.stringContaining('.continue/config.yaml')]);
});

it('the shell lines of an SDK can be evaluated', async () => {
  const { out } = await holdfast(['connect', 'openai']);
  const seen = await run('/bin/sh', [
    '-c',
    `${out}\nprintf '%s %s' "$OPENAI_BASE_URL" "$OPENAI_API_KEY"`,
  ]);
  const key = readFileSync(join(home, 'ours/gateway.key'), 'utf8').trim();
  expect(seen.out).toBe(`http://127.0.0.1:${defaults.gateway.port}/v1 ${key}`);
});

it.each(['copilot', 'cline'])(
  'makes a key for %s too, which takes lines for a shell alone',
  async (name) => {
    const shown = await holdfast(['connect', name]);
    expect(shown.out).toContain(`key --of ${name}`);
    expect(shown.talk).toContain(`a key of its own for them: holdfast connect ${name} --write`);
    const written = await holdfast(['connect', name, '--write', '--budget', '1usd/day']);
    expect(written.talk).toMatch(/the lines above are all it needs\n$/);
    const key = await holdfast(['key', '--of', name]);
    expect(key.out.trim()).toBe(
      readFileSync(join(home, `ours/connected/${name}.key`), 'utf8').trim(),
    );
    const undone = await holdfast(['connect', name, '--undo']);
    expect([undone.status, undone.talk]).toEqual([
      0,
      expect.stringContaining(`the key ${name} is revoked`),
    ]);
    const again = await holdfast(['connect', name, '--undo']);
    expect([again.status, again.talk]).toEqual([
      2,
      expect.stringContaining('there is nothing to undo'),
    ]);
  },
);

it('without a name it lists the agents that are here', async () => {
  put('.codex/config.toml', '');
  put('.pi/agent/settings.json', '{}');
  await holdfast(['connect', 'pi', '--write']);
  const { out, talk } = await holdfast(['connect'], { PATH: join(root, 'test/fakes/bin') });
  expect(out.split('\n').map((line) => line.split(/\s+/).slice(0, 3))).toEqual([
    ['codex', 'Codex', 'not-connected'],
    ['pi', 'pi', 'connected'],
    [''],
  ]);
  expect(talk).toContain('also known: claude, opencode');
});

it('passes over a folder of the PATH that it cannot look into', async () => {
  put('programs/codex', '');
  const loop = join(home, 'loop');
  symlinkSync('loop', loop);
  const { status, out } = await holdfast(['connect'], {
    PATH: `${loop}:${join(home, 'programs')}`,
  });
  expect([status, out]).toEqual([0, expect.stringContaining(join(home, 'programs/codex'))]);
});

it('prints one JSON document with --json', async () => {
  const list = JSON.parse((await holdfast(['connect', '--json'])).out);
  expect(list).toMatchObject({
    schema: 'holdfast.connect-list/1',
    agents: expect.arrayContaining([
      expect.objectContaining({ name: 'claude', state: 'not-connected' }),
    ]),
  });
  const codex = JSON.parse((await holdfast(['connect', 'codex', '--write', '--json'])).out);
  const path = join(home, '.codex/config.toml');
  expect(codex).toMatchObject({
    schema: 'holdfast.connect/1',
    agent: 'codex',
    written: [{ path }],
  });
  expect(JSON.parse((await holdfast(['connect', 'codex', '--undo', '--json'])).out)).toEqual({
    schema: 'holdfast.connect-undo/2',
    agent: 'codex',
    files: [{ path, isRestored: true, left: [] }],
    revoked: 'codex',
  });
});

it('refuses cursor with status 2', async () => {
  const { status, talk } = await holdfast(['connect', 'cursor']);
  expect([status, talk]).toEqual([2, expect.stringContaining('name one of claude, codex')]);
});

it('writes no address that HOLDFAST_PORT cannot mean, though nothing is configured yet', async () => {
  const { status, out, talk } = await holdfast(['connect', 'opencode', '--write'], {
    HOLDFAST_PORT: 'abc',
  });
  expect({ status, out }).toEqual({ status: 3, out: '' });
  expect(talk).toContain('"abc" is not a port (0 to 65535)');
  expect(existsSync(join(home, '.config/opencode/opencode.json'))).toBe(false);
});
