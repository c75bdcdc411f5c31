/**
 * A setting that refuses a request, or leaves something empty, is named with its line. The settings
 * are those of the schema: a new one needs a scene, or a word on why it refuses nothing.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/program/run-program.ts';
import { readKeyPath } from '../../src/config/schema/key-paths.ts';
import { listPatterns } from '../../src/config/schema/schema-walk.ts';
import { readDocument } from '../../src/config/yaml/document.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createRuntime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { createPipedTerminal } from '../fakes/piped-terminal.ts';
import { elsewhere, harmless } from './settings-harmless.ts';
import { scenes } from './settings-scenes.ts';

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider({ timeScale: 0.01 });
});
afterAll(() => sim.close());

/** A home with this configuration: its gateway, and whole commands. */
class Stage {
  readonly home = mkdtempSync(join(tmpdir(), 'holdfast-settings-'));
  readonly #host = createNodeHost({
    HOLDFAST_HOME: this.home,
    HOME: join(this.home, 'me'),
    HOLDFAST_PORT: '0',
    DEEPSEEK_API_KEY: 'sk-test-0123456789',
  });
  readonly #key = `hf_test_${'f'.repeat(24)}`;

  constructor(yaml: string) {
    writeFileSync(join(this.home, 'config.yaml'), yaml);
  }

  /** The words of the answer, and those of `why`. */
  async ask(body: object = {}, path = '/v1/chat/completions', headers = {}): Promise<string> {
    let said = '';
    const method = path.startsWith('/v1') ? 'POST' : 'GET';
    const runtime = createRuntime({ host: this.#host, store: 'in-place' });
    const gateway = await startGateway({ runtime, key: this.#key, adminKey: `${this.#key}a` });
    try {
      const messages = [{ role: 'user', content: 'hello there' }];
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const authorization = `Bearer ${this.#key}`;
      const more = { authorization, 'content-type': 'application/json', ...headers };
      const asked = request(
        `${gateway.url.replace(/\/v1$/, '')}${path}`,
        { method, headers: more },
        (answer) => {
          answer.setEncoding('utf8');
          let said = `${answer.statusCode} `;
          answer.on('data', (piece: string) => {
            said += piece;
          });
          answer.on('end', () => resolve(said));
        },
      );
      asked.on('error', reject);
      asked.end(method === 'GET' ? '' : JSON.stringify({ model: 'main', messages, ...body }));
      said = await promise;
    } finally {
      await gateway.close();
      await runtime.close();
    }
    return `${said}\n${await this.run('why', 'last')}`;
  }

  async run(...words: readonly string[]): Promise<string> {
    let said = '';
    const tell = (text: string): void => {
      said += text;
    };
    const terminal = createPipedTerminal({
      host: this.#host,
      out: tell,
      talk: tell,
    });
    await runCommandLine(terminal, words, () => false);
    return said;
  }

  async close(): Promise<void> {
    await this.#host.close();
    rmSync(this.home, { recursive: true });
  }
}

describe('every setting of the schema', () => {
  it('has a scene in which it refuses, or a word on why it does not', () => {
    const others = [...Object.keys(elsewhere), ...Object.keys(harmless)];
    const told = [...scenes.map(({ setting }) => setting), ...others];
    expect(told.toSorted()).toEqual(listPatterns().toSorted());
  });

  it.each(Object.entries(elsewhere))('%s is looked at in %s', (setting, file) => {
    const [name = ''] = setting
      .split('.')
      .filter((part) => part !== '*')
      .slice(-1);
    expect(readFileSync(join(import.meta.dirname, '../..', file), 'utf8')).toContain(name);
  });
});

describe('a setting that refuses or leaves empty is named with its line', () => {
  it.each(scenes)('$setting', { timeout: 30_000 }, async ({ at, yaml, play, says }) => {
    const text = yaml.replaceAll('$SIM', sim.url);
    const line = readDocument('config.yaml', text).locate(readKeyPath(at))?.line;
    const stage = new Stage(text);
    try {
      const said = await play(stage);
      expect(said, said).toMatch(new RegExp(`config\\.yaml(:|, line )${line}\\b`));
      expect(said, said).toContain(says ?? at);
    } finally {
      await stage.close();
    }
  });
});
