/**
 * README as a newcomer plays it: an empty home, the tarball, then block after block. Each block is
 * found in the page, so that a new one is played without a line here.
 */

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Installed } from '../../scripts/lib/installed-package.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { openShell, type Shell } from './shell.ts';

const root = join(import.meta.dirname, '../..');

/** Other tests may have the port of the page. */
const port = '46532';

interface Block {
  readonly language: string;
  readonly text: string;
  readonly name: string;
}

const blocks: readonly Block[] = [
  ...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```/gm),
].map(([, language = '', text = '']) => ({
  language,
  text: text.replaceAll('4653', port),
  name: `${language}: ${text.split('\n')[0]}`,
}));

/**
 * Statuses besides 0 that are right here: `doctor` names the vendors that this machine does not
 * reach, or whose key it makes up.
 */
const alsoRight: Readonly<Record<string, readonly number[]>> = { 'holdfast doctor': [1, 4] };

/** Commands that go on until Ctrl-C, and what each says when it is ready. */
const goOn: Readonly<Record<string, RegExp>> = {
  'holdfast serve': /listens on/,
  'holdfast logs -f': /read from/,
};

/** Plays README on the Node that develops it; the oldest does not run TypeScript. */
export function testReadme(installed: () => Installed): void {
  let sim: SimulatedProvider;
  let shell: Shell;
  beforeAll(async () => {
    sim = await startSimulatedProvider({ acceptAnyKey: true });
    shell = openShell(installed(), { isEmpty: true, environment: { HOLDFAST_PORT: port } });
    copyFileSync(installed().tarball, join(shell.folder, 'holdfast-0.1.0.tgz'));
  });
  afterAll(() => sim.close());

  const play: Readonly<Record<string, (text: string) => Promise<void>>> = {
    sh: (text) => playShell(shell, text),
    yaml: (text) => configure(shell, text, sim.url),
    ts: (text) => runProgram(shell, text, installed()),
  };

  describe('README from the tarball, in an empty home', () => {
    it.each(blocks)('$name', async ({ language, text }) => {
      expect(Object.keys(play)).toContain(language);
      await play[language]?.(text);
    });

    it('has blocks of each kind, the first of which installs the package', () => {
      expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(Object.keys(play)));
      expect(blocks[0]?.text).toMatch(/^npm install --global /);
    });
  });
}

/** Runs each line to its end, and those that go on until the last line has ended. */
async function playShell(shell: Shell, text: string): Promise<void> {
  const lines = text.replaceAll(/\\\n\s*/g, '').split('\n');
  const commands = lines.map((line) => line.replace(/\s+# .*/, '')).filter((line) => line !== '');
  const open = [];
  for (const command of commands) {
    const name = Object.keys(goOn).find((words) => command.startsWith(words));
    if (name === undefined) {
      const ran = await shell.run(command);
      const isRight = [0, ...(alsoRight[command] ?? [])].includes(ran.status);
      expect({ command, ...ran, isRight }).toMatchObject({ isRight: true });
      continue;
    }
    const running = shell.start(command);
    open.push(running);
    await running.until(goOn[name] ?? /./);
    const printed = /^ +(curl .*)/m.exec(running.said());
    if (printed !== null) expect((await shell.run(printed[1] ?? '')).out).toContain('[DONE]');
  }
  for (const running of open) expect(await running.stop()).toMatchObject({ status: 0 });
}

/** The only change: the vendor is on this machine. Its keys are in `.env`, as the page says. */
async function configure(shell: Shell, text: string, url: string): Promise<void> {
  const config = text.replace(/https:\/\/[^\s]+/, url);
  expect(config).not.toBe(text);
  const path = (await shell.run('holdfast config path')).out.trim();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, config);
  const names = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name);
  const keys = names.map((name) => `${name}=sk-test-${name.toLowerCase()}-${'0'.repeat(12)}`);
  writeFileSync(join(dirname(path), '.env'), `${keys.join('\n')}\n`, { mode: 0o600 });
}

/** Compiles it as strictly as anybody does, then runs it. */
async function runProgram(shell: Shell, text: string, { tarball }: Installed): Promise<void> {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { openai, '@types/node': types } = devDependencies;
  const packages = `${tarball} openai@${openai} @types/node@${types}`;
  const compiler = join(root, 'node_modules/.bin/tsc');
  const options = '--noEmit --strict --skipLibCheck false --module nodenext --target es2023';
  writeFileSync(join(shell.folder, 'package.json'), '{"type": "module"}');
  writeFileSync(join(shell.folder, 'program.ts'), text);
  expect(await shell.run(`npm install ${packages}`)).toMatchObject({ status: 0 });
  expect(await shell.run(`${compiler} ${options} program.ts`)).toMatchObject({
    status: 0,
    out: '',
  });
  const ran = await shell.run('node program.ts');
  expect(ran).toMatchObject({ status: 0, out: expect.stringContaining('sky blue') });
}
