/**
 * The library inside a bundle: it is loaded without a key and without a disk, reads the user's
 * configuration, and answers.
 */

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Installed } from '../../scripts/lib/installed-package.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { openShell, type Shell } from './shell.ts';

const tools = join(import.meta.dirname, '../../node_modules/.bin');

/** Does what it is given as an argument. In CommonJS nothing can be awaited outside a function. */
const program = `
import { createHoldfast } from 'holdfast';
import { createHoldfastProvider } from 'holdfast/ai-sdk';

const sim = { base_url: process.argv[3], protocol: 'openai-chat', api_key: 'sk-sim-good' };
const config = { main: 'sim/sim/echo', providers: { sim } };
const actions = {
  import: async () => console.log(typeof createHoldfast, typeof createHoldfastProvider),
  given: () => ask({ config }),
  stored: () => ask({ config, store: 'thread' }),
  own: () => ask({}),
};

async function ask(options) {
  const holdfast = createHoldfast({ ...options, onEvent: (event) => console.error(event.text) });
  const { text, requestId } = await holdfast.ask('Why is the sky blue?');
  const { answeredBy, outcome } = await holdfast.record(requestId);
  await holdfast.close();
  console.log(text, answeredBy, outcome);
}

actions[process.argv[2]]();
`;

const formats = { esm: 'mjs', cjs: 'cjs' } as const;

type Format = keyof typeof formats;

/** As their pages say for one file, with no option for us. */
const bundlers = {
  esbuild: (format: Format, file: string) =>
    `esbuild program.js --bundle --platform=node --format=${format} --outfile=${file}`,
  rolldown: (format: Format, file: string) =>
    `rolldown program.js --platform node --format ${format} --no-codeSplitting --file ${file}`,
} as const;

const cases = (['esbuild', 'rolldown'] as const).flatMap((bundler) =>
  (['esm', 'cjs'] as const).map((format) => ({ bundler, format })),
);

export function testBundles(installed: () => Installed): void {
  let sim: SimulatedProvider;
  let project: Shell;
  beforeAll(async () => {
    sim = await startSimulatedProvider({ acceptAnyKey: true });
    project = openShell(installed());
    writeFileSync(join(project.folder, 'package.json'), '{"type": "module"}');
    writeFileSync(join(project.folder, 'program.js'), program);
    mkdirSync(join(project.folder, 'node_modules'));
    symlinkSync(installed().package, join(project.folder, 'node_modules/holdfast'));
  });
  afterAll(() => sim.close());

  describe.each(cases)('the library in a bundle of $bundler, as $format', ({ bundler, format }) => {
    let file: string;
    let shell: Shell;
    beforeAll(async () => {
      // elsewhere, so that nothing is found in the project's node_modules
      shell = openShell(installed());
      file = join(shell.folder, 'bundle', `server.${formats[format]}`);
      const ran = await project.run(`${tools}/${bundlers[bundler](format, file)}`);
      expect(ran).toMatchObject({ status: 0 });
    });
    const run = (...words: readonly string[]) => shell.run(`node ${words.join(' ')} ${sim.url}`);
    const answer = {
      status: 0,
      out: expect.stringMatching(/sky blue\?.* sim\/sim\/echo answered/),
    };
    /** Node refuses every other file, every program and every thread. */
    const closed = () => `--permission --allow-fs-read=${file}`;

    it('is imported without a key, and reads nothing', async () => {
      expect(await run(closed(), file, 'import')).toMatchObject({
        status: 0,
        out: 'function function\n',
      });
    });

    it.each(['given', 'stored'])('answers without a disk (%s)', async (action) => {
      expect(await run(closed(), file, action)).toMatchObject(answer);
    });

    it('reads the configuration of the user, and keeps the state', async () => {
      const folder = join(shell.home, '.config/holdfast');
      mkdirSync(folder, { recursive: true });
      const server = `{base_url: ${sim.url}, protocol: openai-chat, api_key: sk-sim-good}`;
      const text = `main: sim/sim/echo # mine\nproviders:\n  sim: ${server}\n`;
      writeFileSync(join(folder, 'config.yaml'), text);
      expect(await run(file, 'own')).toMatchObject(answer);
      expect((await shell.run('holdfast why')).out).toContain('sim/sim/echo');
    });
  });
}
