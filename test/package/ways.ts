/**
 * The ways to install: the tarball, and a checkout with all, some or none of what `npm ci` does.
 * Each shows the page, by the line that `serve` prints, or says what to type.
 */

import { execFileSync } from 'node:child_process';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, nodeNames } from '../../scripts/lib/installed-package.ts';
import { openShell, type Running, type Shell } from './shell.ts';

const root = join(import.meta.dirname, '../..');
const environment = { HOLDFAST_PORT: '46534' };

let serving: Running | undefined;

export function testWays(installed: () => Installed): void {
  afterEach(async () => {
    await serving?.stop();
    serving = undefined;
  });

  it.each(nodeNames)('the tarball shows the page, on the Node that is %s', async (node) => {
    const shell = openShell(installed(), { node, environment });
    const line = await serve(shell, 'holdfast serve --sim-if-no-config');
    expect(line).toBe('holdfast ui');
    expect(await openPage(shell, line)).toMatchObject(shown);
  });

  describe('a checkout', () => {
    let shell: Shell;
    beforeAll(() => {
      shell = openShell(installed(), { isEmpty: true, environment });
      const list = 'git ls-files -z --cached --others --exclude-standard --deduplicate';
      const copy = `${list} | xargs -0 cp --parents --target-directory="$1" 2>/dev/null || true`;
      execFileSync('/bin/sh', ['-c', copy, 'sh', shell.folder], { cwd: root });
    });

    it('without the packages of development (npm ci --omit=dev) says the command', async () => {
      const { status, out } = await shell.run('npm ci --omit=dev --foreground-scripts');
      expect({ status, out }).toMatchObject({ status: 0, out: expect.stringMatching(notBuilt) });
      const started = await shell.run('npm start');
      expect(started).toMatchObject({ status: 2, talk: expect.stringMatching(notInstalled) });
    });

    it('whose npm ran no scripts shows it at the first request, and a newer one after git pull', async () => {
      expect(await shell.run('npm ci --ignore-scripts')).toMatchObject({ status: 0 });
      const line = await serve(shell, 'npm start');
      expect(await openPage(shell, line)).toMatchObject(shown);
      appendFileSync(join(shell.folder, 'src/page/style/page.css'), '\n.pulled { top: 0 }\n');
      const { style, ...pulled } = await openPage(shell, line);
      expect(pulled).toMatchObject(shown);
      expect(style).toContain('.pulled');
    });

    it('after git pull of a page that needs a new package says the command', async () => {
      rmSync(join(shell.folder, 'node_modules/preact'), { recursive: true });
      appendFileSync(join(shell.folder, 'src/page/style/page.css'), '\n.later { top: 0 }\n');
      const line = await serve(shell, 'npm start');
      const { status, html } = await openPage(shell, line);
      expect([status, html]).toEqual([503, expect.stringContaining(toBuild)]);
    });

    it('with all of it (npm ci) shows the page', async () => {
      rmSync(join(shell.folder, 'dist'), { recursive: true, force: true });
      const { status, out } = await shell.run('npm ci');
      expect({ status, out }).toEqual({ status: 0, out: expect.not.stringContaining('not built') });
      const line = await serve(shell, 'npm start');
      expect(await openPage(shell, line)).toMatchObject(shown);
    });
  });
}

const notBuilt = /^The page is not built: .*\. Later: npm ci && npm run build:page$/m;
const notInstalled =
  /^The package \S+ is not installed, and a checkout needs all of them: run `npm ci`, without --omit=dev\.\n/;
const toBuild = 'npm ci &amp;&amp; npm run build:page';
const shown = { status: 200, html: expect.stringMatching(/<script defer src="page-\w+\.js"/) };

/** Returns the line that opens the page, as the gateway prints it. */
async function serve(shell: Shell, line: string): Promise<string> {
  serving = shell.start(line);
  await serving.until(/^ {2}page: /m);
  return /^ {2}page: (.*)$/m.exec(serving.said())?.[1] ?? '';
}

interface Opened {
  readonly status: number;
  readonly html: string;
  /** Empty where the page names none. */
  readonly style: string;
}

/** As a browser without a desktop to open it: by the printed link. */
async function openPage(shell: Shell, line: string): Promise<Opened> {
  const printed = await shell.run(`${line} --print`);
  expect(printed).toMatchObject({ status: 0, out: expect.stringMatching(/^http\S+\n$/) });
  const link = new URL(printed.out.trim());
  const entered = await fetch(link, { redirect: 'manual' });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const get = (path: string): Promise<Response> =>
    fetch(new URL(path, link), { headers: { cookie } });
  const page = await get('/ui/');
  const html = await page.text();
  const name = /href="(page-[^"]+\.css)"/.exec(html)?.[1];
  const style = name === undefined ? '' : await (await get(`/ui/${name}`)).text();
  return { status: page.status, html, style };
}
