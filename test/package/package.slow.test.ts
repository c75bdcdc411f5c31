/** The package, packed and installed on a machine that has nothing else of ours. */

import { chmodSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, installPackage, nodeNames } from '../../scripts/lib/installed-package.ts';
import { hasTmux, Pane } from '../../scripts/lib/pane.ts';
import { type Entries, entries } from '../../src/cli/program/commands.ts';
import { testBundles } from './bundles.ts';
import { testContainer } from './container.ts';
import { testHours } from './hours.ts';
import { listMissing, listScripts } from './listed-imports.ts';
import { testMemory } from './memory.ts';
import { testReadme } from './readme.ts';
import { openShell } from './shell.ts';
import { testWays } from './ways.ts';

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

describe('a container: a user without rights and home, whose keys come from outside', () => {
  const isRoot = process.getuid?.() === 0;
  it.skipIf(!isRoot)('serves, and health finds it', async () => {
    chmodSync(installed.folder, 0o755);
    const { run } = openShell(installed, { node: 'oldest' });
    const keys = `HOLDFAST_GATEWAY_KEY=hf_${'0'.repeat(24)} HOLDFAST_ADMIN_KEY=hf_${'1'.repeat(24)}`;
    const script = `
      cd /; export HOME=/none-$$ HOLDFAST_PORT=46531 ${keys}
      holdfast serve --sim-if-no-config & server=$!
      for try in 1 2 3 4 5 6 7 8 9; do holdfast health && break; sleep 1; done
      kill $server; wait $server
    `;
    const nobody = 'setpriv --reuid=65534 --regid=65534 --clear-groups';
    const { status, out, talk } = await run(`${nobody} sh -c '${script}'`);
    expect({ status, talk }).toMatchObject({
      status: 0,
      talk: expect.stringMatching(
        /key: the value of HOLDFAST_GATEWAY_KEY[\s\S]*SIGTERM: finishing 0/,
      ),
    });
    expect(out).toMatch(/✓ the gateway at http:\/\/127.0.0.1:46531 is ready \(as configured/);
  });
});

describe.each(nodeNames)('on the Node that is %s', (node) => {
  it('every file of the package can be loaded', async () => {
    // The thread of the state file needs its parent, and the page a browser (test/page).
    const files = listScripts(installed.package).filter(
      (path) => !path.endsWith('/store-thread.js') && !path.includes('/dist/page/'),
    );
    const script = `
      for (const path of ${JSON.stringify(files)})
        await import(path).catch((error) => console.log(path, String(error)));
    `;
    const { run } = openShell(installed, { node });
    expect(await run(`node --input-type=module -e '${script}'`)).toEqual({
      status: 0,
      out: '',
      talk: expect.not.stringContaining('Error'),
    });
  });

  it('the first words of a newcomer are answered, in an empty home and folder', async () => {
    const { run } = openShell(installed, { node });
    const bare = await run('holdfast');
    expect({ status: bare.status, text: bare.out + bare.talk }).toMatchObject({
      text: expect.stringMatching(/Usage: holdfast/),
    });
    expect(await run('holdfast help')).toMatchObject({ status: 0, talk: '' });
    expect(await run('holdfast connect')).toMatchObject({
      status: 0,
      talk: expect.stringContaining('to see the settings of one: holdfast connect NAME'),
    });
    expect(await run('holdfast service install --print')).toMatchObject({ status: 0 });
    expect(await run('echo hello | holdfast chat')).toMatchObject({
      status: 0,
      out: expect.stringContaining('hello'),
      talk: expect.stringContaining('SIMULATED'),
    });
  });

  it.skipIf(!hasTmux())(
    'a chat takes what is typed before its prompt, and gives the terminal back',
    async () => {
      const { environment, home } = openShell(installed, { node });
      const line =
        'stty -a >before; holdfast chat; echo "left $?"; stty -a | cmp before - && echo SAME';
      const size = { columns: 100, rows: 40 };
      const pane = await Pane.open(line, { ...size, folder: home, environment });
      const shows = (text: RegExp) =>
        expect.poll(() => pane.screen(), { timeout: 20_000 }).toMatch(text);
      try {
        await pane.type('first words\nsecond words\n/co');
        await shows(/^› first words$[\s\S]*^› second words$[\s\S]*^› \/co$/m);
        await pane.press('Tab');
        await shows(/^› \/cost *$/m);
        await pane.press('Enter');
        await shows(/This session: 2 answers[\s\S]*^› *$/m);
        await pane.press('C-c');
        await shows(/Press Ctrl-C once more/);
        await pane.press('C-c', 'C-c');
        await shows(/left 130\nSAME/);
      } finally {
        await pane.close();
      }
    },
  );

  it('a response comes over WebSocket', async () => {
    const key = `hf_${'0'.repeat(24)}`;
    const { run } = openShell(installed, { node });
    const { out } = await run(`
      export HOLDFAST_PORT=46532 HOLDFAST_GATEWAY_KEY=${key}
      holdfast serve --sim-if-no-config & server=$!
      for try in 1 2 3 4 5 6 7 8 9; do holdfast health >health && break; sleep 1; done
      cat >client.mjs <<'END'
        const headers = { authorization: 'Bearer ${key}' };
        const socket = new WebSocket('ws://127.0.0.1:46532/v1/responses', { headers });
        const ask = (more) =>
          socket.send(JSON.stringify({ type: 'response.create', model: 'main', ...more }));
        socket.onopen = () => ask({ generate: false, input: 'the word is heliotrope' });
        socket.onmessage = ({ data }) => {
          const { type, response } = JSON.parse(data);
          if (type !== 'response.completed') return;
          const said = response.output.map(({ content }) => content[0].text).join('');
          console.log(response.status, said);
          if (said === '') ask({ previous_response_id: response.id, input: [] });
          else socket.close();
        };
END
      node client.mjs
      kill $server; wait $server
    `);
    expect(out).toMatch(/^completed \ncompleted .*heliotrope/m);
  });

  it('every command prints its help', async () => {
    const { run } = openShell(installed, { node });
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

testReadme(() => installed);
testWays(() => installed);
testBundles(() => installed);
testHours(() => installed);
testMemory(() => installed);
testContainer(() => installed);
