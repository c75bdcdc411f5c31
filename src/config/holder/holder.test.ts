import { describe, expect, it } from 'vitest';
import {
  createFakeHost,
  type FakeHost,
  type FakeHostOptions,
} from '../../../test/fakes/fake-host.ts';
import { ConfigError } from '../../errors.ts';
import { defaults } from '../../model/defaults.ts';
import type { EngineEvent } from '../../model/events.ts';
import { resolvePaths } from '../files/paths.ts';
import { ConfigHolder } from './holder.ts';

const file = '/h/config.yaml';

function open(options: FakeHostOptions & { given?: unknown }): {
  host: FakeHost;
  holder: ConfigHolder;
  events: EngineEvent[];
} {
  const host = createFakeHost({
    ...options,
    environment: { HOLDFAST_HOME: '/h', ...options.environment },
  });
  const events: EngineEvent[] = [];
  const holder = new ConfigHolder({
    host,
    paths: resolvePaths(host.environment),
    ...(options.given === undefined ? {} : { given: options.given }),
    onEvent: (event) => events.push(event),
  });
  return { host, holder, events };
}

function refusal(options: FakeHostOptions & { given?: unknown }): ConfigError {
  try {
    open(options);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

const config = (text: string, dotenv?: string): FakeHostOptions => ({
  files: { [file]: text, ...(dotenv === undefined ? {} : { '/h/.env': dotenv }) },
});

const firstOrigin = (holder: ConfigHolder): string | undefined =>
  holder.current().routes.get('main')?.targets[0]?.target.baseUrl;

describe('a configuration that may be broken', () => {
  it.each([
    ['main: opnai/x\nfallback_chain: [deepseek/y]\n', ['deepseek']],
    ['main: deepseek/x\ngateway: {prt: 1}\n', ['deepseek']],
    ['main: deepseek/x\nproviders: {own: {base_url: "https://own.example"}}\n', ['deepseek']],
    ['main: [\n', []],
    ['main: 5\nproviders: 7\n', []],
  ])('is used as far as it is good, with a warning for the rest: %j', (text, providers) => {
    const host = createFakeHost({ environment: { HOLDFAST_HOME: '/h' }, files: { [file]: text } });
    const holder = new ConfigHolder({
      host,
      paths: resolvePaths(host.environment),
      onEvent: () => undefined,
      mayLackKeys: true,
      mayBeBroken: true,
    });
    const { providers: found, warnings } = holder.current();
    expect([...found.keys()]).toEqual(providers);
    expect(warnings[0]).toMatchObject({
      code: 'config-refused',
      text: expect.stringContaining(file),
    });
  });
});

describe('HOLDFAST_CONFIG without a folder', () => {
  it('is in the working directory, and so are the files that it names', () => {
    const { holder } = open({
      environment: { HOLDFAST_CONFIG: 'mine.yaml' },
      files: {
        'mine.yaml':
          'main: deepseek/deepseek-flash\nproviders: {deepseek: {credentials: [{file: keys/a}]}}\n',
      },
    });
    const [key] = holder.current().pools.get('deepseek') ?? [];
    expect(key?.locator).toMatchObject({ kind: 'file', path: './keys/a' });
  });
});

describe('zero-config mode', () => {
  it('takes the first known key variable in catalogue order and says so', () => {
    const { holder, events } = open({
      environment: { OPENAI_API_KEY: 'sk-o', DEEPSEEK_API_KEY: 'sk-d' },
    });
    expect(holder.current().origin).toEqual({
      kind: 'variable',
      variable: 'DEEPSEEK_API_KEY',
    });
    expect(events).toEqual([
      {
        type: 'warning',
        code: 'zero-config',
        text: 'no /h/config.yaml: using deepseek/deepseek-flash, because DEEPSEEK_API_KEY is set in environment',
      },
    ]);
  });

  it('names how to begin when nothing is set', () => {
    const error = refusal({});
    expect(error.code).toBe('nothing-configured');
    expect(error.message).toContain('XIAOMI_API_KEY');
  });

  it.each([
    'config.yml',
    'config.json',
    'CONFIG.JSON',
    'Config.yaml',
    'config.yaml.txt',
    'config.yaml.example',
    'cofnig.yaml',
    'holdfast.yaml',
    'holdfast.json',
    '.holdfast.yml',
    '.config.yaml',
  ])('names %s, which is not read, with and without a key', (name) => {
    const files = { [`/h/${name}`]: 'main: a/b' };
    const moved = `mv /h/${name} /h/config.yaml`;
    expect(refusal({ files }).message).toContain(`is not there, and ${name} is`);
    const { events } = open({ files, environment: { DEEPSEEK_API_KEY: 'sk-d' } });
    expect(events).toContainEqual(
      expect.objectContaining({
        code: 'config-misnamed',
        what: `/h/config.yaml is not there, and ${name} is, so it is not read`,
        fix: { text: 'give it the name that is read', command: moved },
      }),
    );
  });

  it('does not name a file that cannot be read', () => {
    const files = { '/h/config.yaml.old': '' };
    const { events } = open({ files, environment: { DEEPSEEK_API_KEY: 'sk-d' } });
    expect(JSON.stringify(events)).not.toContain('config-misnamed');
  });

  it.each([' /h', '/h ', '"/h"'])('names what stands around the path of the home: %j', (value) => {
    const { message, problems } = refusal({ environment: { HOLDFAST_HOME: value } });
    expect(message).toContain(`HOLDFAST_HOME is ${JSON.stringify(value)}, and what stands around`);
    expect(problems[0]?.fix?.command).toBe('export HOLDFAST_HOME=/h');
  });

  it('ends when a config file appears', async () => {
    const { host, holder } = open({ environment: { DEEPSEEK_API_KEY: 'sk-d' } });
    host.setFile(file, 'main: deepseek/other');
    expect(holder.current().origin).toEqual({ kind: 'file', path: file });
  });

  it('follows the vendor base URL variable', () => {
    const { holder } = open({
      environment: { DEEPSEEK_API_KEY: 'sk-d', DEEPSEEK_BASE_URL: 'https://proxy.example/v1/' },
    });
    expect(firstOrigin(holder)).toBe('https://proxy.example/v1');
    expect(holder.current().pools.get('deepseek')?.[0]?.origin).toBe('https://proxy.example');
  });

  it('ignores a base URL variable that points at ourselves', () => {
    const { holder, events } = open({
      environment: {
        DEEPSEEK_API_KEY: 'sk-d',
        DEEPSEEK_BASE_URL: `http://localhost:${defaults.gateway.port}/v1`,
      },
    });
    expect(firstOrigin(holder)).toMatch(/^https:\/\/api\.deepseek\.com/);
    expect(events.map((event) => event.type === 'warning' && event.code)).toContain(
      'upstream-is-ourselves',
    );
  });
});

describe('reloading', () => {
  it('costs three stamps and no read when nothing changed', () => {
    const { host, holder } = open(config('main: deepseek/x', 'DEEPSEEK_API_KEY=k'));
    const before = holder.current();
    const { stamps, reads } = { ...host.fileCalls };
    expect(holder.current()).toBe(before);
    expect(host.fileCalls).toEqual({ stamps: stamps + 3, reads });
  });

  it('takes a changed file at the next look', () => {
    const { host, holder, events } = open(config('main: deepseek/x', 'DEEPSEEK_API_KEY=k'));
    host.setFile(file, 'main: deepseek/y');
    expect(holder.current().routes.get('main')?.targets[0]?.target.id).toBe('deepseek/y');
    expect(events.map(({ type }) => type)).toEqual(['config-reloaded']);
  });

  it('takes a change that leaves nobody with a key, and warns of each with its place', () => {
    const { host, holder, events } = open(config('main: deepseek/x', 'DEEPSEEK_API_KEY=k'));
    host.setFile(file, 'main: xai/y');
    expect(holder.current().routes.get('main')?.targets[0]?.target.id).toBe('xai/y');
    expect(events.slice(1)).toEqual([
      {
        type: 'warning',
        code: 'key-missing',
        text: 'config.yaml:1:1: xai has no key, so xai/y cannot be asked; looked for XAI_API_KEY',
      },
    ]);
  });

  it('tells a missing key of a refused change too, as the warning that it is', () => {
    const { host, holder, events } = open(config('main: deepseek/x', 'DEEPSEEK_API_KEY=k'));
    host.setFile(file, 'main: xai/y\ngatway: {}');
    holder.current();
    expect(
      events.map((event) => (event.type === 'config-refused' ? event.text : event.type)),
    ).toEqual([
      expect.stringMatching(
        /yaml:1:1 warning: main: xai has no key, so xai\/y[^\n]*XAI_API_KEY\n.*\n.*yaml:2:1 gatway: unknown key/,
      ),
    ]);
  });

  it('keeps the last good configuration and refuses a broken one once', () => {
    const { host, holder, events } = open(config('main: deepseek/x', 'DEEPSEEK_API_KEY=k'));
    const before = holder.current();
    host.setFile(file, 'mian: deepseek/y');
    expect([holder.current(), holder.current()]).toEqual([before, before]);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      type: 'config-refused',
      text: expect.stringContaining('did you mean main?'),
    });
  });

  it('waits 300 ms before it believes an empty file', async () => {
    const { host, holder, events } = open(config('main: deepseek/x', 'DEEPSEEK_API_KEY=k'));
    host.setFile(file, '');
    holder.current();
    expect(events).toEqual([]);
    await host.advance(300);
    holder.current();
    expect(events.map(({ type }) => type)).toEqual(['config-refused']);
  });

  it('keeps the last good configuration when its file is gone, whatever keys the environment has (law 10)', async () => {
    const environment = { OPENAI_API_KEY: 'sk-test-of-a-shell' };
    const { host, holder, events } = open({
      ...config('main: deepseek/x', 'DEEPSEEK_API_KEY=k'),
      environment,
    });
    const before = holder.current();
    host.setFile(file, undefined);
    holder.current();
    await host.advance(300);
    expect([holder.current(), holder.current()]).toEqual([before, before]);
    expect(events).toEqual([
      expect.objectContaining({ type: 'config-refused', text: expect.stringContaining('is gone') }),
    ]);
    host.setFile(file, 'main: deepseek/y');
    expect(holder.current().routes.get('main')?.targets[0]?.target.id).toBe('deepseek/y');
  });

  it('waits 300 ms before it believes that a variable is gone', async () => {
    const { host, holder } = open(config('main: deepseek/x', 'DEEPSEEK_API_KEY=k'));
    host.setFile('/h/.env', '# being written');
    expect(holder.dotenv.current().variables.get('DEEPSEEK_API_KEY')).toEqual({
      value: 'k',
      line: 1,
    });
    await host.advance(300);
    expect(holder.dotenv.current().variables.get('DEEPSEEK_API_KEY')).toBeUndefined();
    expect(holder.current().pools.get('deepseek')).toEqual([]);
  });

  it.each([
    ['fallback_chain: [deepseek/y]', 'the changed configuration is in force'],
    [
      'gateway: {port: 4700}',
      'the changed configuration is in force, but a gateway that runs keeps gateway.port (4653) until it is restarted',
    ],
  ])('says what of %s waits for a restart', (line, told) => {
    const { host, holder, events } = open(config('main: deepseek/x', 'DEEPSEEK_API_KEY=k'));
    host.setFile(file, `main: deepseek/x\n${line}\n`);
    holder.current();
    expect(events).toMatchObject([{ type: 'config-reloaded', text: told }]);
  });

  it('reads again on reload() though nothing changed', () => {
    const { holder, events } = open(config('main: deepseek/x', 'DEEPSEEK_API_KEY=k'));
    holder.reload();
    expect(events.map(({ type }) => type)).toEqual(['config-reloaded']);
  });
});

const problems: readonly { name: string; text: string; expected: readonly string[] }[] = [
  { name: 'a tab', text: 'main: a/b\ngateway:\n\tport: 1\n', expected: ['config.yaml:3:'] },
  {
    name: 'a duplicate key',
    text: 'main: a/b\nmain: c/d\n',
    expected: ['config.yaml:2:1', 'keep one of the two'],
  },
  {
    name: 'a typo, two levels down',
    text: 'main: deepseek/x\nproviders:\n  deepseek:\n    base_ur: https://a.example\n',
    expected: ['config.yaml:4:5 providers.deepseek.base_ur: unknown key', 'did you mean base_url?'],
  },
  {
    name: 'an unknown provider',
    text: 'main: deepsek/x',
    expected: ['config.yaml:1:1 main: unknown provider', 'did you mean deepseek?'],
  },
  {
    name: 'a bad URL',
    text: 'main: x/y\nproviders: {x: {base_url: nonsense, protocol: openai-chat}}',
    expected: ['"nonsense" is not an http or https URL'],
  },
  { name: 'a missing base URL', text: 'main: custom/y', expected: ['custom has no base URL'] },
  {
    name: 'an unset variable',
    text: `main: deepseek/\${MODEL}`,
    expected: [`\${MODEL} is not set`],
  },
  {
    name: 'a wrong type',
    text: 'main: deepseek/x\ngateway: {port: high}',
    expected: ['gateway.port: expected a number, found a text'],
  },
  {
    name: 'a wrong choice',
    text: 'main: deepseek/x\ngateway: {unknown_model: eror}',
    expected: ['did you mean error?'],
  },
  { name: 'no main', text: 'gateway: {port: 1}', expected: ['main: is missing'] },
  { name: 'no main in an empty file', text: '', expected: ['main: is missing'] },
  {
    name: 'a target without model',
    text: 'main: {provider: deepseek}',
    expected: ['main.model: is missing'],
  },
  { name: 'a bare model', text: 'main: gpt', expected: ['main: "gpt" is not a model'] },
  { name: 'no key anywhere', text: 'main: deepseek/x', expected: ['looked for DEEPSEEK_API_KEY'] },
  {
    name: 'all problems at once',
    text: 'main: deepsek/x\nfallback_chain: [opnai/y]\naliases: {a: b}\n',
    expected: ['did you mean deepseek?', 'did you mean openai?', 'neither a task nor a target'],
  },
];

describe('a configuration is refused, with place and fix, for', () => {
  for (const { name, text, expected } of problems) {
    it(name, () => {
      const { message } = refusal(config(text));
      for (const part of expected) expect(message).toContain(part);
    });
  }

  it('a flag, which is called one, in front of what the file has wrong', () => {
    const host = createFakeHost({
      ...config('main: deepseek/x'),
      environment: { HOLDFAST_HOME: '/h' },
    });
    const create = (): ConfigHolder =>
      new ConfigHolder({
        host,
        paths: resolvePaths(host.environment),
        flags: { host: '' },
        onEvent: () => undefined,
      });
    expect(create).toThrow(
      /^flag --host: is empty[\s\S]*\n\/h\/config\.yaml:1:1 main: deepseek has no key/,
    );
  });

  it('a missing key that stands in no file, without a place', () => {
    expect(refusal({ given: { main: 'deepseek/x' } }).message).toMatch(
      /^given config main: deepseek has no key;/,
    );
  });

  it('a named file that does not exist', () => {
    expect(refusal({ environment: { HOLDFAST_CONFIG: '/gone.yaml' } }).code).toBe('config-missing');
  });
});
