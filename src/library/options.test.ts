/**
 * Options of `createHoldfast()` and `createHoldfastProvider()`: nothing that is misspelt or of a
 * wrong kind is passed over.
 */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { createHoldfastProvider } from '../ai-sdk/provider.ts';
import { ConfigError } from '../errors.ts';
import { createHoldfast } from './holdfast.ts';

const config = {
  main: 'one/m',
  providers: { one: { base_url: 'https://one.example/v1', protocol: 'openai-chat', auth: 'none' } },
};

/** What calling it throws, or undefined. */
function thrownBy(create: () => unknown): unknown {
  try {
    create();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** As a program in JavaScript calls it, with nobody to check the types. */
function call(create: (options?: never) => unknown, ...given: readonly unknown[]): unknown {
  return thrownBy(() => Reflect.apply(create, undefined, given));
}

describe('createHoldfast()', () => {
  const host = createFakeHost();

  it.each([
    [
      'a misspelt option',
      { host, conifg: config },
      'conifg: unknown option',
      'did you mean config?',
    ],
    [
      'the configuration itself',
      { ...config },
      'main: unknown option',
      'write { config: { main: … } }',
    ],
    [
      'nothing like an option',
      { host, config, x: 1 },
      'x: unknown option',
      'use one of config, store,',
    ],
    ['null', null, '(options): expected an object', ''],
    ['the path of a file', './config.yaml', '(options): expected an object', ''],
    [
      'a path as the configuration',
      { host, config: './config.yaml' },
      'config: expected an object',
      '',
    ],
    [
      'a function as the configuration',
      { host, config: () => config },
      'config: expected an object',
      '',
    ],
    ['a list as the configuration', { host, config: [] }, 'config: expected an object', ''],
    ['null as the configuration', { host, config: null }, 'config: expected an object', ''],
    [
      'an unknown store',
      { host, config, store: 'redis' },
      'store: expected "memory", "in-place"',
      '',
    ],
    ['an invalid store', { host, config, store: {} }, 'store: expected', ''],
    [
      'a negative recordLimit',
      { host, config, recordLimit: -1 },
      'recordLimit: expected a whole number',
      '',
    ],
    [
      'a recordLimit that is a text',
      { host, config, recordLimit: '5' },
      'recordLimit: expected',
      '',
    ],
    ['an invalid listener', { host, config, onEvent: 'x' }, 'onEvent: expected a function', ''],
    ['an invalid host', { host: null, config }, 'host: expected a host', ''],
  ])('refuses %s, and names it', (_name, options, message, fix) => {
    const error = call(createHoldfast, options);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining(message),
    });
    expect(error).toMatchObject({ message: expect.stringContaining(fix) });
    expect(error).toMatchObject({ message: expect.stringMatching(/^createHoldfast\(\) /) });
  });

  it('tells everything that is wrong at once', () => {
    const error = call(createHoldfast, { host, confg: config, onEvent: 1, recordLimit: 1.5 });
    expect(error).toMatchObject({
      problems: [{ key: 'confg' }, { key: 'onEvent' }, { key: 'recordLimit' }],
    });
  });

  it('takes undefined for what is left out, so that options can be passed on', async () => {
    const options = { host, config, store: undefined, recordLimit: undefined, onEvent: undefined };
    await createHoldfast(options).close();
  });
});

describe('createHoldfastProvider()', () => {
  it.each([
    ['a misspelt option', { holdfst: {} }, 'holdfst: unknown option', 'did you mean holdfast?'],
    [
      'options of the engine',
      { config },
      'config: unknown option',
      'write { runtime: { config: … } }',
    ],
    ['an invalid engine', { holdfast: {} }, 'holdfast: expected what createHoldfast() gives', ''],
    [
      'a wrong option of the engine',
      { runtime: { confg: {} } },
      'createHoldfast() confg: unknown option',
      '',
    ],
  ])('refuses %s, and names it', (_name, options, message, fix) => {
    const error = call(createHoldfastProvider, options);
    expect(error).toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining(message),
    });
    expect(error).toMatchObject({ message: expect.stringContaining(fix) });
  });
});
