/** What leads callers to a proxy instead of to the gateway, and requests around one. */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { findBypass, findDetour } from './around-proxy.ts';

type Variables = Readonly<Record<string, string>>;

const proxy = 'http://alice:secret@proxy.corp.example:3128';
const gateway = 'http://127.0.0.1:4653';

function shell(environment: Variables) {
  return createFakeHost({ environment }).environment;
}

describe('a shell whose programs send what is for the gateway to a proxy', () => {
  const names = ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'];
  const urls = [gateway, 'http://localhost:1', 'http://[::1]:4653'];

  it.each(names)('has %s: it is named, and the line mends it', (name) => {
    for (const url of urls) {
      for (const [besides, list] of [
        [{}, ''],
        [{ NO_PROXY: '.corp.example, 10.0.0.0/8' }, '.corp.example,10.0.0.0/8,'],
        [{ no_proxy: 'a', NO_PROXY: 'localhost,127.0.0.1,::1' }, 'a,'],
      ] as const) {
        const { what = '', fix } = findDetour(shell({ [name]: proxy, ...besides }), url) ?? {};
        expect(what).toContain(`${name} of this shell`);
        expect(what).toContain('proxy.corp.example:3128');
        expect(what).not.toContain('secret');
        const [, mended = ''] =
          /^export NO_PROXY=(\S+) no_proxy=\1$/.exec(fix?.command ?? '') ?? [];
        expect(mended.startsWith(list)).toBe(true);
        const after = shell({ [name]: proxy, ...besides, NO_PROXY: mended, no_proxy: mended });
        expect(findDetour(after, url)).toBeUndefined();
      }
    }
  });

  it.each<[string, Variables, string]>([
    ['none is set', {}, gateway],
    ['it is for https only', { HTTPS_PROXY: proxy }, gateway],
    ['it is empty', { http_proxy: '', HTTP_PROXY: '' }, gateway],
    ['loopback is excepted', { http_proxy: proxy, no_proxy: '127.0.0.1' }, gateway],
    ['all is excepted', { http_proxy: proxy, NO_PROXY: '*' }, gateway],
    ['the gateway is elsewhere', { http_proxy: proxy }, 'http://gateway.corp.example:4653'],
  ])('says nothing where %s', (_name, variables, url) => {
    expect(findDetour(shell(variables), url)).toBeUndefined();
  });
});

describe('a server that NO_PROXY excepts', () => {
  it.each<[string, Variables, string | undefined]>([
    ['is named with the entry', { HTTPS_PROXY: proxy, NO_PROXY: 'a.b,openai.com' }, 'openai.com'],
    ['by a star', { https_proxy: proxy, no_proxy: '*' }, '*'],
    ['with its port', { HTTP_PROXY: proxy, NO_PROXY: 'api.openai.com:443' }, 'api.openai.com:443'],
    ['not without a proxy', { NO_PROXY: 'openai.com' }, undefined],
    ['not by another entry', { HTTPS_PROXY: proxy, NO_PROXY: 'anthropic.com' }, undefined],
  ])('%s', (_name, variables, entry) => {
    const told = findBypass(shell(variables), 'https://api.openai.com')?.text;
    if (entry === undefined) expect(told).toBeUndefined();
    else expect(told).toContain(`take ${entry} out of `);
  });
});
