/** The package, packed and installed on a machine that has nothing else of ours. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Entries, entries } from '../../src/cli/program/commands.ts';
import { type Installed, installPackage, nodeNames, openShell } from './installed.ts';
import { listMissing, listScripts } from './listed-imports.ts';

let installed: Installed;
beforeAll(() => {
  installed = installPackage();
});
afterAll(() => installed.remove());

/** The words of every command and of every group of commands. */
function listCommands(from: Entries, before = ''): readonly string[] {
  return Object.entries(from).flatMap(([name, [, content]]) => {
    if (name === '') return [];
    const words = `${before}${name}`;
    return typeof content === 'function' ? [words] : [words, ...listCommands(content, `${words} `)];
  });
}

describe('the files of the package', () => {
  it('load nothing that is not in it, in Node, or among its dependencies', () => {
    expect(listScripts(installed.package).length).toBeGreaterThan(100);
    expect(listMissing(installed.package)).toEqual([]);
  });
});

describe.each(nodeNames)('on the Node that is %s', (node) => {
  it('every file of the package can be loaded', async () => {
    // the thread of the state file needs its parent
    const files = listScripts(installed.package).filter((path) => !path.endsWith('/thread.js'));
    const script = `
      for (const path of ${JSON.stringify(files)})
        await import(path).catch((error) => console.log(path, String(error)));
    `;
    const { run } = openShell(installed, node);
    expect(await run(`node --input-type=module -e '${script}'`)).toEqual({
      status: 0,
      out: '',
      talk: expect.not.stringContaining('Error'),
    });
  });

  it('every command prints its help', async () => {
    const { run } = openShell(installed, node);
    const commands = ['', ...listCommands(entries)];
    expect(commands.length).toBeGreaterThan(50);
    const faults = [];
    for (const command of commands) {
      const { status, out, talk } = await run(`holdfast ${command} --help`);
      const isRight = status === 0 && talk === '' && out.startsWith(`Usage: holdfast ${command}`);
      if (!isRight) faults.push({ command, status, out, talk });
    }
    expect(faults).toEqual([]);
  });
});
