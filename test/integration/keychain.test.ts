/**
 * A real keychain: GNOME's secret service on a session bus of its own, through the optional
 * package. Where one of them is missing the title says which; CI installs them all, and there
 * nothing is left out.
 */

import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../src/config/secrets/fingerprint.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

const root = join(import.meta.dirname, '../..');
const missing = [
  ...['dbus-run-session', 'gnome-keyring-daemon'].filter((command) => !isThere(command)),
  ...(isInstalled('@napi-rs/keyring') ? [] : ['@napi-rs/keyring']),
];
const isLeftOut = missing.length > 0 && process.env['CI'] === undefined;

function isThere(command: string): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v "$0"', command]);
    return true;
  } catch {
    return false; // the shell found none
  }
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false; // no such package
  }
}

let home: string;
let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider();
  home = mkdtempSync(join(tmpdir(), 'holdfast-keychain-'));
  writeFileSync(
    join(home, 'config.yaml'),
    `main: sim/sim/echo
providers:
  sim:
    base_url: ${sim.url}
    protocol: openai-chat
    credentials: [{label: ring, keychain: holdfast-test/sim}]
`,
  );
});
afterAll(async () => {
  rmSync(home, { recursive: true, force: true });
  await sim.close();
});

const holdfast = (words: string): string => `"$NODE" bin/holdfast.js ${words}`;
const put = (value: string): string =>
  `"$NODE" -e "new (require('@napi-rs/keyring').Entry)('holdfast-test', 'sim', { linux: { store: 'secret-service' } }).setPassword('${value}')"`;
const unlock = 'printf pass | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1';
const onlyStart = 'gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1';

/** Runs these in one session and gives what each printed as JSON. */
async function inSession(...steps: readonly string[]): Promise<readonly unknown[]> {
  return readAll(await run(['dbus-run-session', '--', 'sh', '-c', steps.join('; echo; ')]));
}

function run([program = '', ...words]: readonly string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    HOLDFAST_HOME: home,
    NODE: process.execPath,
  };
  return new Promise((resolve) => {
    const child = execFile(program, words, { cwd: root, env, timeout: 60_000 }, (_failed, out) =>
      resolve(out),
    );
    child.stdin?.end();
  });
}

function readAll(out: string): readonly unknown[] {
  return out.split(/^(?=\{$)/m).flatMap((part) => (part.startsWith('{') ? [JSON.parse(part)] : []));
}

const keyIs = (facts: object): unknown =>
  expect.objectContaining({
    pools: [expect.objectContaining({ keys: [expect.objectContaining(facts)] })],
  });

describe.skipIf(isLeftOut)(
  `a real keychain${missing.length > 0 ? `, without ${missing.join(', ')}` : ''}`,
  () => {
    it('gives its entry to each request, and the new one once it was changed', {
      timeout: 90_000,
    }, async () => {
      const list = holdfast('auth list --json');
      const found = await inSession(
        unlock,
        list,
        put('sk-sim-good+ring'),
        list,
        holdfast('auth test --json'),
        put('sk-sim-good+next'),
        list,
      );
      const print = (value: string): string => fingerprintOf(new URL(sim.url).origin, value);
      expect(found).toEqual([
        keyIs({
          state: 'missing',
          detail: 'not set: looked for config.yaml:6 → keychain holdfast-test/sim',
        }),
        keyIs({ state: 'untried', fingerprint: print('sk-sim-good+ring') }),
        expect.objectContaining({ tests: [expect.objectContaining({ verdict: 'works' })] }),
        keyIs({ state: 'untried', fingerprint: print('sk-sim-good+next') }),
      ]);
    });

    it('that is locked is told as what it is, and not as one without the entry', {
      timeout: 90_000,
    }, async () => {
      await inSession(unlock, put('sk-sim-good+ring'));
      expect(await inSession(onlyStart, holdfast('auth list --json'))).toEqual([
        keyIs({
          state: 'missing',
          detail: expect.stringMatching(
            /^config\.yaml:6 → the keychain (cannot be opened: .|gave no answer)/,
          ),
        }),
      ]);
    });

    it('that is not there is told as what it is, too', { timeout: 90_000 }, async () => {
      expect(
        readAll(await run([process.execPath, 'bin/holdfast.js', 'auth', 'list', '--json'])),
      ).toEqual([
        keyIs({
          state: 'missing',
          detail: expect.stringMatching(/^config\.yaml:6 → the keychain cannot be opened: ./),
        }),
      ]);
    });
  },
);
