/** `holdfast config edit` on a real terminal, with editors that change the file by themselves. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasPython, type Step, typeOnTerminal } from './type-on-terminal.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-edit-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const good = '# mine\nmain: deepseek/m\n';
const config = (): string => readFileSync(join(home, 'config.yaml'), 'utf8');

/** `editor` is a shell command that gets the path of the file. */
function edit(
  editor: Readonly<Record<string, string>>,
  steps: readonly Step[] = [],
): Promise<readonly [string, number]> {
  const key = { DEEPSEEK_API_KEY: `sk-test-${'d'.repeat(20)}` };
  return typeOnTerminal({ HOLDFAST_HOME: home, ...key, ...editor }, ['config', 'edit'], steps);
}

/** An editor that writes other texts each time it is opened. */
function writing(...texts: readonly string[]): string {
  for (const [index, text] of texts.entries()) writeFileSync(join(home, `text-${index + 1}`), text);
  writeFileSync(
    join(home, 'editor'),
    `n=$(($(cat ${home}/opened 2>/dev/null) + 1)); echo $n >${home}/opened; cat ${home}/text-$n >"$1"\n`,
  );
  return `sh ${home}/editor`;
}

describe.skipIf(!hasPython())('config edit', { timeout: 60_000 }, () => {
  beforeEach(() => writeFileSync(join(home, 'config.yaml'), good, { mode: 0o640 }));
  afterEach(() => expect(readdirSync(home).filter((name) => name.includes('.yaml.'))).toEqual([]));

  it('writes what the editor has made of it, with VISUAL before EDITOR', async () => {
    const [shown, status] = await edit({
      VISUAL: `sed -i 's|deepseek/m|deepseek/n|'`,
      EDITOR: 'false',
    });
    expect([shown, status]).toEqual([expect.stringContaining('config.yaml is changed'), 0]);
    expect(config()).toBe('# mine\nmain: deepseek/n\n');
    expect(statSync(join(home, 'config.yaml')).mode & 0o777).toBe(0o640);
  });

  it('opens it again where it cannot be used, and writes nothing until it can', async () => {
    const editor = writing('main: deepsek/m\n', 'main: [\n', 'main: deepseek/n\n');
    const [shown, status] = await edit({ EDITOR: editor }, [
      ['did you mean deepseek?', ''],
      ['throw the change away? [E/t] ', '\r'],
      ['throw the change away? [E/t] ', 'e\r'],
    ]);
    expect([shown, status]).toEqual([expect.stringContaining('config.yaml is changed'), 0]);
    expect(config()).toBe('main: deepseek/n\n');
  });

  it.each<[string, string, number]>([
    ['thrown away', 't\r', 3],
    ['left by Ctrl-C', '\x03', 130],
    ['left at the end of the input', '\x04', 130],
  ])('changes nothing where it is %s', async (_name, typed, expected) => {
    const editor = writing('main: deepsek/m\n');
    const [, status] = await edit({ EDITOR: editor }, [['[E/t] ', typed]]);
    expect([status, config()]).toEqual([expected, good]);
  });

  it('mends a configuration that cannot be used, and makes one where there is none', async () => {
    for (const before of ['main: [\n', 'gateway: {prt: 1}\n', undefined]) {
      if (before === undefined) rmSync(join(home, 'config.yaml'));
      else writeFileSync(join(home, 'config.yaml'), before);
      rmSync(join(home, 'opened'), { force: true });
      const [shown, status] = await edit({ EDITOR: writing(good) });
      expect([shown, status, config()]).toEqual([expect.stringContaining('is changed'), 0, good]);
    }
  });

  it('says in one sentence why it cannot begin, or did not end well', async () => {
    expect(await edit({})).toEqual([expect.stringContaining('neither VISUAL nor EDITOR'), 2]);
    const [shown, status] = await edit({ EDITOR: 'no-such-editor' });
    expect([shown, status]).toEqual([expect.stringContaining('ended with 127'), 1]);
    expect(await edit({ EDITOR: 'true' })).toEqual([expect.stringContaining('was not changed'), 0]);
    expect(config()).toBe(good);
  });

  it('tells an editor with windows to wait, and no other', async () => {
    const code = join(home, 'code');
    writeFileSync(code, '#!/bin/sh\n', { mode: 0o700 });
    const told = `to make it wait: export EDITOR='${code} --wait'`;
    expect(await edit({ EDITOR: code })).toEqual([expect.stringContaining(told), 0]);
    expect((await edit({ EDITOR: `${code} --new-window` }))[0]).toContain('--new-window --wait');
    for (const editor of [`${code} --wait`, `${code} -n -w`, 'true'])
      expect(await edit({ EDITOR: editor })).toEqual([expect.not.stringContaining('wait:'), 0]);
  });

  it('needs a terminal', () => {
    const launcher = join(import.meta.dirname, '../../bin/holdfast.js');
    const env = { PATH: process.env['PATH'], HOLDFAST_HOME: home, EDITOR: 'true' };
    const run = (): unknown =>
      execFileSync(process.execPath, [launcher, 'config', 'edit'], { env, stdio: 'pipe' });
    expect(run).toThrow('needs a terminal');
  });
});
