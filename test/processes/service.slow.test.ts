/**
 * The service as people get it: packed, installed into an empty prefix, its unit judged by systemd
 * and started by a stand-in for it.
 */

import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'holdfast-service-'));
const [home, prefix, unit] = ['home', 'prefix', 'holdfast.service'].map((name) =>
  join(folder, name),
);
const env = {
  PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
  HOME: home,
  NO_COLOR: '1',
};

/** Compiles and packs in a folder of its own: other tests may be using `dist`. */
async function pack(version: string): Promise<string> {
  const source = join(folder, `package-${version}`);
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const name of ['bin', 'corpus', 'schema', 'docs', 'CHANGELOG.md', 'README.md', 'LICENSE'])
    cpSync(join(root, name), join(source, name), { recursive: true });
  writeFileSync(join(source, 'package.json'), JSON.stringify({ ...manifest, version }));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const out = ['--outDir', join(source, 'dist')];
  await run(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), ...out]);
  await run(process.execPath, [join(root, 'scripts/bundle-program.ts'), join(source, 'dist')]);
  const packing = ['pack', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', packing, { cwd: source });
  return join(folder, stdout.trim().split('\n').at(-1) ?? '');
}

const install = (tarball: string): Promise<unknown> =>
  run('npm', ['install', '-g', '--prefix', prefix ?? '', '--no-audit', '--no-fund', tarball]);

const holdfast = (...argv: readonly string[]): Promise<{ stdout: string }> =>
  run(join(prefix ?? '', 'bin/holdfast'), argv, { env });

interface Managed {
  /** Resolves with the next line that begins like this; those before it are passed over. */
  until(beginning: string): Promise<string>;
  send(signal: 'HUP' | 'TERM'): void;
}

function manage(variables: Readonly<Record<string, string>> = {}): Managed {
  const child = spawn(
    'python3',
    [join(import.meta.dirname, 'manager.py'), unit ?? '', home ?? ''],
    {
      env: { ...env, ...variables },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    until: async (beginning) => {
      for (;;) {
        const { done, value } = await lines.next();
        if (done === true) throw new Error(`the manager ended before ${beginning}`);
        if (value.startsWith(beginning)) return value;
      }
    },
    send: (signal) => void child.stdin.write(`${signal}\n`),
  };
}

function configure(text: string): void {
  mkdirSync(join(home ?? '', '.config/holdfast'), { recursive: true });
  writeFileSync(join(home ?? '', '.config/holdfast/config.yaml'), text);
}

const goodConfig = `
main: own/model
providers: {own: {base_url: "http://127.0.0.1:9/v1", protocol: openai-chat, api_key: "\${OWN_KEY}"}}
gateway: {port: 0}
`;

beforeAll(async () => {
  configure(goodConfig);
  await install(await pack('0.1.1'));
  const { stdout } = await holdfast('service', 'install', '--print');
  writeFileSync(unit ?? '', stdout);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('has units that systemd-analyze finds nothing wrong with', async () => {
  const verify = async (): Promise<string> => {
    const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', unit ?? '']);
    return `${stdout}${stderr}`;
  };
  expect(await verify()).toBe('');
  const user = readFileSync(unit ?? '', 'utf8');
  writeFileSync(unit ?? '', (await holdfast('service', 'install', '--print', '--system')).stdout);
  expect(await verify()).toBe('');
  writeFileSync(unit ?? '', user);
}, 60_000);

it.each(['--user', '--system'])('has a socket unit that is as good: %s', async (scope) => {
  configure(goodConfig.replace('port: 0', 'port: 4653, host: "::"'));
  const { stdout } = await holdfast('service', 'install', '--print', '--json', scope);
  configure(goodConfig);
  const both = mkdtempSync(join(folder, 'both-'));
  const { text, socket } = JSON.parse(stdout);
  const units = [
    [join(both, 'holdfast.service'), text],
    [join(both, 'holdfast.socket'), socket.text],
  ] as const;
  for (const [path, content] of units) writeFileSync(path, content);
  const paths = units.map(([path]) => path);
  const verified = await run('systemd-analyze', ['verify', '--man=no', ...paths]);
  expect(verified).toMatchObject({ stdout: '', stderr: '' });
});

it('starts with the environment of its unit alone, is ready, reloads, stays alive and stops', async () => {
  writeFileSync(
    join(home ?? '', '.config/holdfast/service.env'),
    'OWN_KEY="sk-test-of-the-service"\n',
  );
  const service = manage({ WATCHDOG_USEC: '600000' });
  await service.until('READY=1');
  expect(await service.until('STATUS=')).toMatch(
    /^STATUS=listens on http:\/\/127\.0\.0\.1:\d+\/v1$/,
  );
  await service.until('WATCHDOG=1');
  await service.until('WATCHDOG=1');
  service.send('HUP');
  await service.until('RELOADING=1');
  await service.until('READY=1');
  service.send('TERM');
  await service.until('STOPPING=1');
  expect(await service.until('END')).toBe('END 0 rest');
}, 120_000);

it.each([
  ['an invalid configuration', 'main: [broken\n', 'OWN_KEY=sk-test-a', 'END 3 rest'],
  ['no usable key', goodConfig, '', 'END 4 rest'],
])(
  'is not started again for ever over %s',
  async (_name, config, variables, expected) => {
    configure(config);
    writeFileSync(join(home ?? '', '.config/holdfast/service.env'), variables);
    expect(await manage().until('END')).toBe(expected);
  },
  60_000,
);

it('is the same unit after an upgrade, which starts the new version', async () => {
  configure(goodConfig);
  writeFileSync(join(home ?? '', '.config/holdfast/service.env'), 'OWN_KEY=sk-test-of-the-service');
  await install(await pack('0.1.2'));
  const service = manage();
  await service.until('READY=1');
  service.send('TERM');
  expect(await service.until('END')).toBe('END 0 rest');
  const bodyOf = (text: string): string => text.split('\n').slice(1).join('\n');
  const { stdout } = await holdfast('service', 'install', '--print');
  expect(bodyOf(stdout)).toBe(bodyOf(readFileSync(unit ?? '', 'utf8')));
}, 300_000);
