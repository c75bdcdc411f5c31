/** What a provider wants beside key and body: taken, hidden, refused by name. */

import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { Redactor } from '../../credentials/redact/redact.ts';
import { ConfigError } from '../../errors.ts';
import type { Target } from '../../model/target.ts';
import { resolvePaths } from '../files/paths.ts';
import { ConfigHolder } from '../holder/holder.ts';
import type { ResolvedConfig } from '../resolved/resolved.ts';

const token = `cf-${'t'.repeat(20)}`;

function resolve(own: object, more: object = {}, redactor = new Redactor()): ResolvedConfig {
  const environment = { HOLDFAST_HOME: '/h', CF_GATE: token };
  const host = createFakeHost({ environment });
  const providers = {
    own: { base_url: 'https://own.test/v1', protocol: 'openai-chat', auth: 'none', ...own },
  };
  return new ConfigHolder({
    host,
    paths: resolvePaths(host.environment),
    given: { main: 'own/m', providers, ...more },
    redactor,
    onEvent: () => undefined,
  }).current();
}

function refusals(own: object): readonly string[] {
  try {
    resolve(own);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ key, message, fix }) => `${key}: ${message}; ${fix?.text}`);
  }
}

const targetOf = (config: ResolvedConfig, task = 'main'): Target | undefined =>
  config.routes.get(task)?.targets[0]?.target;

const both = {
  headers: { 'CF-AIG-Authorization': `Bearer $\{CF_GATE}`, 'X-Title': 'a' },
  query: { 'api-version': '2024-10-21' },
};

describe('headers and query of a provider', () => {
  it('are taken with their variables, names of headers in lower case', () => {
    expect({ ...targetOf(resolve(both))?.headers }).toEqual({
      'cf-aig-authorization': `Bearer ${token}`,
      'x-title': 'a',
    });
    expect({ ...targetOf(resolve(both))?.query }).toEqual({ 'api-version': '2024-10-21' });
  });

  it('are not for the own server of a task', () => {
    const side = { base_url: 'https://side.test/v1', model: 'm', auth: 'none', provider: 'own' };
    const { headers, query } = targetOf(resolve(both, { auxiliary: { side } }), 'side') ?? {};
    expect([headers, query]).toEqual([undefined, undefined]);
  });

  it('show no value in print, in the list of values, or in a text', () => {
    const redactor = new Redactor();
    const config = resolve(both, {}, redactor);
    const target = targetOf(config);
    const shown = [JSON.stringify(target), inspect(target), JSON.stringify(config.values)].join();
    expect(shown).toContain('********');
    for (const value of [token, '2024-10-21']) expect(shown).not.toContain(value);
    expect(redactor.redact(`it said ${token}`)).toBe('it said [redacted]');
  });

  it.each(['key', 'api_key', 'access_token', 'sig', 'v'])('redact a query named %s', (name) => {
    const redactor = new Redactor();
    const target = targetOf(resolve({ query: { [name]: `$\{CF_GATE}` } }, {}, redactor));
    expect({ ...target?.query }).toEqual({ [name]: token });
    expect(redactor.redact(`asked /v1?${name}=${token}&x=1`)).not.toContain(token);
    expect(redactor.redact(`asked /v1?${name}=${encodeURIComponent(token)}`)).not.toContain(token);
  });

  it.each(['Authorization', 'authorization'])('a login in front is sent in %s', (name) => {
    const own = { headers: { [name]: 'Basic dXNlcjpwYXNz' } };
    expect({ ...targetOf(resolve(own))?.headers }).toEqual({ authorization: 'Basic dXNlcjpwYXNz' });
    // where a key is sent, there is no room for it
    expect(refusals({ ...own, auth: 'bearer', api_key: `sk-test-${'k'.repeat(20)}` })).toEqual([
      expect.stringContaining('is a login in the place of the key; write auth: none beside it'),
    ]);
  });

  it.each([
    ['headers', { headers: { 'X-Gate': 'v' } }],
    ['query', { query: { v: '1' } }],
  ])('%s are for the address of the configuration, not of a variable', (field, added) => {
    const environment = {
      HOLDFAST_HOME: '/h',
      OPENAI_API_KEY: `sk-test-${'o'.repeat(20)}`,
      OPENAI_BASE_URL: 'https://elsewhere.test/v1',
    };
    const told = (own: object): string => {
      const host = createFakeHost({ environment });
      const given = { main: 'openai/m', providers: { openai: { ...added, ...own } } };
      const paths = resolvePaths(host.environment);
      const parts = { host, paths, given, redactor: new Redactor(), onEvent: () => undefined };
      try {
        return targetOf(new ConfigHolder(parts).current())?.origin ?? '';
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        return error.problems.map(({ key, message }) => `${key} ${message}`).join();
      }
    };
    expect(told({})).toBe(
      `providers.openai.${field} is for https://api.openai.com, and a variable of the key moves openai to https://elsewhere.test`,
    );
    expect(told({ base_url: 'https://elsewhere.test/v1' })).toBe('https://elsewhere.test');
    // a key of the configuration is moved by no variable, and neither are these
    expect(told({ api_key: `sk-test-${'c'.repeat(20)}` })).toBe('https://api.openai.com');
  });

  it('are known as secrets though the configuration is refused', () => {
    const redactor = new Redactor();
    const broken = { ...both, headers: { 'X-Gate': 'plain-but-secret' }, pace: 'no-pace' };
    expect(() => resolve(broken, {}, redactor)).toThrow(ConfigError);
    expect(redactor.redact('of plain-but-secret')).toBe('of [redacted]');
  });
});

const ofKey =
  'is where a key or a login is sent; write the key as api_key; auth: says in which header it is sent';
const ofWire = 'is written by Holdfast itself, for each connection and body; remove it';

describe('refused is', () => {
  it.each<readonly [name: string, value: unknown, told: string]>([
    ...['Authorization', 'x-api-key', 'API-KEY', 'x-goog-api-key', 'Cookie'].map(
      (name) => [name, 'v', ofKey] as const,
    ),
    ...[
      'Connection',
      'keep-alive',
      'TE',
      'Trailer',
      'trailers',
      'Transfer-Encoding',
      'Upgrade',
    ].map((name) => [name, 'v', ofWire] as const),
    ...['proxy-authorization', 'Proxy-Connection', 'proxy-authenticate', 'expect', 'Host'].map(
      (name) => [name, 'v', ofWire] as const,
    ),
    ...['Content-Length', 'content-type', 'content-encoding', 'accept-encoding'].map(
      (name) => [name, 'v', ofWire] as const,
    ),
    ['X-Käse', 'v', 'is not the name of a header; write a name such as X-Title'],
    ['X: Y', 'v', 'is not the name of a header; write a name such as X-Title'],
    ['X-Title', 'süß', 'has characters that a header cannot contain; write it in plain ASCII'],
    [
      'X-Title',
      'a\r\nhost: b',
      'expected one line without control characters; write one line without control characters',
    ],
    ['X-Title', '', 'is empty; write a value, or remove the key'],
    ['X-Title', 7, 'expected a text, found a number; put it in quotes'],
  ])('the header %s: %j', (name, value, told) => {
    expect(refusals({ headers: { [name]: value } })).toEqual([
      expect.stringContaining(`: ${told}`),
    ]);
  });

  it.each(['headers', 'query'])('the same name in two cases among the %s', (field) => {
    expect(refusals({ [field]: { 'X-One': 'a', 'x-one': 'b' } })).toEqual([
      `providers.own.${field}.x-one: is X-One in another case; keep one of them`,
    ]);
  });

  it('a query in a base URL, with the place where it belongs', () => {
    const base_url = 'https://own.test/v1?api-version=1';
    expect(refusals({ base_url })[0]).toContain('query: {NAME: VALUE}');
  });
});
