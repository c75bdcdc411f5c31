/**
 * The image of deploy/Containerfile, built over Debian's own packages and run by `runc` as it says
 * of itself: its user, command and health check, on a root that cannot be written, without
 * capabilities. It is a member of a fleet, whose keys it reads under /run/secrets.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Installed } from '../../scripts/lib/installed-package.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { type EngineProcess, startRedis } from '../fakes/redis-server.ts';

const containerfile = join(import.meta.dirname, '../../deploy/Containerfile');
const programs = ['mmdebstrap', 'buildah', 'runc', 'redis-server'];
const isPossible =
  process.getuid?.() === 0 && programs.every((name) => run('sh', '-c', `command -v ${name} || :`));

const port = 46_534;
const url = `http://127.0.0.1:${port}`;
const gatewayKey = `hf_test_${'g'.repeat(24)}`;

function run(program: string, ...argv: readonly string[]): string {
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  return execFileSync(program, argv, {
    encoding: 'utf8',
    stdio: [...stdio],
    timeout: 240_000,
  }).trim();
}

/** What the image says of itself. */
interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Cmd: readonly string[];
  readonly Healthcheck: { readonly Test: readonly string[] };
}

interface Image {
  readonly root: string;
  readonly config: ImageConfig;
  remove(): void;
}

/** Its base has what the usual one has: Debian, Node and npm, in their usual places. */
function buildImage({ folder, tarball, npm }: Installed): Image {
  const storage = ['--root', join(folder, 'images'), '--runroot', join(folder, 'running')];
  const buildah = (...argv: readonly string[]): string => run('buildah', ...storage, ...argv);
  const base = join(folder, 'base.tar');
  run('mmdebstrap', '--quiet', '--variant=essential', '--include=libstdc++6', 'bookworm', base);
  const from = buildah('from', 'scratch');
  buildah('add', from, base, '/');
  buildah('copy', from, process.execPath, '/usr/local/bin/node');
  const modules = '/usr/local/lib/node_modules/npm';
  const npmOfHere = run('sh', '-c', 'realpath "$(command -v npm)"');
  buildah('copy', from, dirname(dirname(npmOfHere)), modules);
  const link = ['ln', '-s', `${modules}/bin/npm-cli.js`, '/usr/local/bin/npm'];
  buildah('run', '--isolation', 'chroot', from, '--', ...link);
  buildah('commit', '--quiet', from, 'base');
  const context = mkdtempSync(join(folder, 'context-'));
  copyFileSync(tarball, join(context, basename(tarball)));
  const volumes = lendRegistry(folder, npm).flatMap((pair) => ['--volume', `${pair}:ro`]);
  const how = ['--isolation', 'chroot', '--network', 'host', '--format', 'docker', ...volumes];
  const what = ['--build-arg', 'BASE=localhost/base', '--file', containerfile, '--tag', 'holdfast'];
  buildah('build', '--quiet', ...how, ...what, context);
  const { Docker } = JSON.parse(buildah('inspect', '--type', 'image', 'holdfast'));
  const container = buildah('from', '--pull-never', 'holdfast');
  const remove = (): void => void buildah('rm', '--all');
  return { root: buildah('mount', container), config: Docker.config, remove };
}

/** Of the user who builds it. */
const homeInImage = '/root';

/** The way to the registry is this machine's: npm's settings, and whom it trusts. */
function lendRegistry(folder: string, npm: Installed['npm']): readonly string[] {
  const trusted = process.env['NODE_EXTRA_CA_CERTS'] ?? '/etc/ssl/certs/ca-certificates.crt';
  const settings = npm['NPM_CONFIG_USERCONFIG'] ?? '';
  const own = existsSync(settings) ? readFileSync(settings, 'utf8') : '';
  const npmrc = join(folder, 'npmrc');
  writeFileSync(npmrc, `${own}\ncafile=/tmp/trusted.crt\nfetch-retries=1\n`);
  return [`${npmrc}:${join(homeInImage, '.npmrc')}`, `${trusted}:/tmp/trusted.crt`];
}

/** One container, in the network of this machine. */
class Container {
  readonly #id: string;
  readonly #child: ChildProcess;
  said = '';

  constructor(image: Image, bundle: string, mounts: readonly object[]) {
    this.#id = basename(bundle);
    const env = [
      ...image.config.Env,
      `HOLDFAST_PORT=${port}`,
      `HOLDFAST_GATEWAY_KEY=${gatewayKey}`,
      `HOLDFAST_ADMIN_KEY=hf_test_${'a'.repeat(24)}`,
    ];
    const [uid, gid] = image.config.User.split(':').map(Number);
    const user = { uid, gid };
    const spec = {
      ociVersion: '1.0.2',
      root: { path: image.root, readonly: true },
      process: { args: image.config.Cmd, env, user, cwd: '/', noNewPrivileges: true },
      mounts: [
        { destination: '/proc', type: 'proc', source: 'proc' },
        { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
        ...mounts,
      ],
      linux: { namespaces: ['pid', 'mount', 'ipc', 'uts'].map((type) => ({ type })) },
    };
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(spec));
    const argv = ['run', '--bundle', bundle, this.#id];
    this.#child = spawn('runc', argv, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child.stderr?.on('data', (chunk) => {
      this.said += String(chunk);
    });
  }

  /** Runs a command inside, as its user; false if it fails. */
  do(...argv: readonly string[]): boolean {
    try {
      run('runc', 'exec', this.#id, ...argv);
      return true;
    } catch {
      return false;
    }
  }

  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const ended = once(this.#child, 'exit');
    run('runc', 'kill', this.#id, 'TERM');
    await ended;
    return this.#child.exitCode;
  }
}

const bind = (source: string, destination: string, mode: 'ro' | 'rw'): object => ({
  destination,
  type: 'bind',
  source,
  options: ['bind', mode],
});

export function testContainer(installed: () => Installed): void {
  describe.skipIf(!isPossible)('the image of deploy/Containerfile', () => {
    let image: Image;
    let sim: SimulatedProvider;
    let engine: EngineProcess;
    let container: Container | undefined;
    beforeAll(async () => {
      chmodSync(installed().folder, 0o755);
      image = buildImage(installed());
      sim = await startSimulatedProvider();
      engine = await startRedis();
    });
    afterEach(() => container?.stop());
    afterAll(async () => {
      await sim?.close();
      await engine?.stop();
      image?.remove();
    });

    function write(folder: string, name: string, text: string): string {
      const path = join(folder, name);
      writeFileSync(path, text, { mode: 0o644 });
      return path;
    }

    it.each(['without a volume', 'with one volume'])('%s', async (how) => {
      const bundle = mkdtempSync(join(installed().folder, 'bundle-'));
      chmodSync(bundle, 0o755);
      const config = `main: sim/sim/echo
providers: {sim: {base_url: "${sim.url}", protocol: openai-chat, api_key: "\${SIM_KEY}"}}
state: ${engine.url}
gateway: {drain_delay: 0.5}
log: {format: json-stderr}
`;
      const keys = `SIM_KEY=sk-sim-good\nHOLDFAST_FLEET_KEY=${'0123456789abcdef'.repeat(4)}\n`;
      const home = join(bundle, 'home');
      mkdirSync(home);
      chownSync(home, 65_532, 65_532);
      container = new Container(image, bundle, [
        bind(write(bundle, 'config.yaml', config), '/etc/holdfast/config.yaml', 'ro'),
        bind(write(bundle, 'keys', keys), '/run/secrets/holdfast.env', 'ro'),
        ...(how === 'with one volume' ? [bind(home, '/var/lib/holdfast', 'rw')] : []),
      ]);
      const [, ...check] = image.config.Healthcheck.Test;
      const running = container;
      const inside = (...argv: readonly string[]): boolean => running.do(...argv);
      await expect
        .poll(() => inside(...check) || running.said, { interval: 500, timeout: 60_000 })
        .toBe(true);
      expect(inside('sh', '-c', 'test $(id -u) = 65532')).toBe(true);
      expect(inside('touch', '/opt/holdfast/x')).toBe(false);
      const answer = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gatewayKey}`, 'content-type': 'application/json' },
        body: '{"model":"main","messages":[{"role":"user","content":"say hi"}]}',
      });
      expect(await answer.text()).toContain('say hi');
      expect(await container.stop()).toBe(0);
      const events = container.said
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).event);
      expect(events).toEqual(expect.arrayContaining(['started', 'stopping']));
      expect(events).not.toContain('fleet-alone');
    });
  });
}
