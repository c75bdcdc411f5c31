/** What stands in front of an API, or in its place, and answers itself. */

import { describe, expect, it } from 'vitest';
import { classify as classifyOwn, type Said } from '../../../test/fakes/classify.ts';
import type { Failure } from '../../model/failure.ts';
import { fixProxied } from '../report/on-the-way.ts';
import { fixWayIn } from '../report/unreached.ts';
import { fixSaid } from '../wording/said-fix.ts';
import { describeSpeaker } from '../wording/speakers.ts';
import { classOfRule } from './unwritten-rules.ts';

/** Of an API that speaks as it is asked. */
function classify(said: Said): Failure {
  return classifyOwn({ protocol: 'openai-chat', ...said });
}

const address = { provider: 'own', baseUrl: 'http://a.test/v1' };

describe("Cloudflare's own refusal", () => {
  const forms: readonly ((code: number) => unknown)[] = [
    (code) => `error code: ${code}`,
    (code) =>
      `<!DOCTYPE html><html><title>Access denied | a.test used Cloudflare</title><span class="cf-error-code">${code}</span></html>`,
    (code) => `<html><title>Error ${code} | Cloudflare</title></html>`,
    (code) => ({ title: `Error ${code}`, status: 403, error_code: code, cloudflare_error: true }),
  ];

  it.each<[Failure['class'], readonly number[], string]>([
    ['forbidden-address', [1006, 1007, 1008, 1106], 'the address of this machine'],
    ['forbidden-region', [1009], 'country or region'],
    ['blocked', [1010, 1012, 1020], 'rule of the site'],
    ['connect', [1000, 1001, 1016, 1033], 'no server'],
  ])('means %s by its code, in whatever form it comes', (meant, codes, words) => {
    for (const code of codes)
      for (const form of forms) {
        const { class: cause, message, evidence } = classify({ status: 403, body: form(code) });
        expect([code, cause]).toEqual([code, meant]);
        expect(classOfRule(evidence.rule)).toBe(meant);
        if (typeof form(code) === 'string')
          expect(message).toMatch(new RegExp(`${code}.*${words}`));
      }
  });

  it('is no number that somebody else has', () => {
    const page = '<html><title>Order 1020</title>error 1020 of the shop</html>';
    expect(classify({ status: 403, body: page }).class).toBe('forbidden-request');
    const body = { error: { code: 1020, message: 'no' } };
    expect(classify({ status: 403, body }).class).toBe('forbidden-key');
  });

  it.each([
    [403, { 'cf-mitigated': 'challenge' }],
    [429, { 'x-vercel-mitigated': 'challenge' }],
    [405, { 'x-amzn-waf-action': 'captcha' }],
  ])(
    'may be a riddle for browsers, whatever is asked and whoever passed before: %i %j',
    (status, headers) => {
      const body = '<html><title>Just a moment...</title></html>';
      for (const isProvenWithModel of [false, true])
        expect(classify({ status, body, headers, isProvenWithModel }).class).toBe('blocked');
    },
  );
});

describe('a gateway that wants a token of its own', () => {
  const body = {
    success: false,
    error: [{ code: 2009, message: 'Unauthorized' }],
    name: 'AiGatewayError',
    internalCode: 2009,
    message: 'Unauthorized',
  };

  it('says nothing of the key: a header is missing', () => {
    for (const isProven of [false, true])
      for (const vendor of [undefined, 'openai']) {
        const {
          class: cause,
          evidence,
          leadsTo,
        } = classify({ status: 401, body, isProven, vendor });
        expect([cause, classOfRule(evidence.rule)]).toEqual([cause, 'forbidden-request']);
        expect(fixWayIn({ rule: evidence.rule, leadsTo }, address)?.text).toMatch(
          /^Cloudflare AI Gateway .*cf-aig-authorization.* into providers.own.headers$/,
        );
      }
  });

  it('is known by either form of its error', () => {
    const { success, error } = body;
    const { evidence } = classify({ status: 401, body: { success, result: [], error } });
    expect(evidence.rule).toBe('login-cloudflare-ai-gateway');
  });

  it.each([[{ ...body, name: 'Error' }], [{ ...body, internalCode: 2001 }]])(
    'is known by its name and its code: %j',
    (other) => {
      expect(classify({ status: 401, body: other }).class).toBe('auth-rejected');
    },
  );
});

describe('a server that is down on purpose', () => {
  const page = (title: string): string =>
    `<!doctype html><html><head><title>${title}</title></head><body>Back at 04:00</body></html>`;

  it.each([
    page('Scheduled maintenance'),
    page('Maintenance'),
    page('We are under maintenance'),
    { error: { message: 'The API is undergoing scheduled maintenance.' } },
    { message: 'Service is in maintenance mode, please try later' },
    { error: '系统维护中' },
  ])('is under maintenance, not overloaded: %j', (body) => {
    for (const status of [502, 503]) {
      const found = classify({ status, body, headers: { 'retry-after': '4800' } });
      const { class: cause, evidence, retryAfterMs } = found;
      expect([cause, classOfRule(evidence.rule)]).toEqual(['maintenance', 'maintenance']);
      expect(retryAfterMs).toBe(4_800_000);
    }
  });

  it.each<[number, unknown]>([
    [503, page('503 Service Unavailable')],
    [503, { error: { message: 'overloaded; see our maintenance plans' } }],
    [400, { error: { message: 'The plant is under maintenance' } }],
  ])('is not guessed from %i %j', (status, body) => {
    expect(classify({ status, body }).class).not.toBe('maintenance');
  });
});

describe('the web filter of a network', () => {
  const place = { id: 'own/m', ...address };
  const fixOf = (body: string): string | undefined => {
    const { class: cause, message: evidence, speaker } = classify({ status: 403, body });
    return fixSaid({ cause, evidence, speaker }, place)?.text;
  };

  it.each([
    '<html><title>Web Filter Violation</title><h2>FortiGuard</h2><h3>Web Page Blocked</h3></html>',
    '<html><title>Internet Security by Zscaler</title>Your access is restricted</html>',
    '<html><title>Cisco Umbrella</title><p>This site is blocked.</p></html>',
    '<html><title>Web Page Blocked</title><p>Category: artificial-intelligence</p></html>',
  ])('is mended by its administrator: %s', (body) => {
    expect(fixOf(body)).toMatch(/^have the administrator of this network exempt a\.test/);
  });

  it('is not guessed from another page', () => {
    expect(fixOf('<html><title>403 Forbidden</title>nginx</html>')).toMatch(/^open http:..a\.test/);
  });
});

describe('who answers in the place of a server', () => {
  const html = (title: string, text = ''): string =>
    `<html><head><title>${title}</title></head><body>${text}</body></html>`;
  it.each<[Said, Failure['class'], RegExp]>([
    [{ status: 502, body: html('502', 'nginx') }, 'server-error', /whether .* runs.*nginx proxy$/],
    [{ status: 502, body: '', headers: { server: 'Caddy' } }, 'server-error', /the Caddy proxy$/],
    [{ status: 503, body: html('503', 'nginx') }, 'overloaded', /whether .* runs.*nginx proxy$/],
    [
      { status: 504, body: html('504 Gateway Time-out', 'nginx') },
      'server-error',
      /proxy_read_timeout, of an nginx proxy/,
    ],
    [{ status: 526, body: 'error code: 526' }, 'server-error', /TLS between Cloudflare/],
    [
      { status: 504, body: 'FUNCTION_INVOCATION_TIMEOUT', headers: { 'x-vercel-error': 'X' } },
      'server-error',
      /maxDuration, of Vercel/,
    ],
    [
      { status: 429, body: 'Rate exceeded.', headers: { server: 'Google Frontend' } },
      'rate-limit',
      /maximum of instances/,
    ],
  ])('is told beside the server: %j', (said, meant, fix) => {
    const { class: cause, message: evidence, speaker } = classify(said);
    expect(cause).toBe(meant);
    expect(speaker).toMatchObject({ is: 'page', name: expect.any(String) });
    expect(describeSpeaker(speaker)).toMatch(/^is behind /);
    const place = { id: 'own/m', ...address };
    expect(fixSaid({ cause, evidence, speaker }, place)?.text).toMatch(fix);
  });

  it.each<[Said, Failure['class']]>([
    [
      { status: 503, body: html('503', 'No server is available to handle this request') },
      'connect',
    ],
    [{ status: 521, body: 'error code: 521' }, 'connect'],
    [{ status: 522, body: html('a.test | 522: Connection timed out') }, 'connect'],
    [{ status: 403, body: html('Access Denied'), headers: { server: 'AkamaiGHost' } }, 'blocked'],
    [{ status: 403, body: html('ERROR', 'CloudFront') }, 'blocked'],
    [{ status: 403, body: html('403 Forbidden', 'nginx') }, 'forbidden-request'],
    [{ status: 500, body: html('500', 'nginx') }, 'server-error'],
  ])('means what it says: %j', (said, meant) => {
    expect(classify(said).class).toBe(meant);
  });

  it('has a number for whoever runs it', () => {
    const body = html('Access Denied', 'Reference&#32;&#35;18&#46;2d351ab8&#46;17641');
    const { message } = classify({ status: 403, body, headers: { server: 'AkamaiGHost' } });
    expect(message).toContain('with the reference 18.2d351ab8.17641');
  });

  it.each<[Said, string]>([
    [{ status: 511, body: html('Tunnel website ahead!') }, 'bypass-tunnel-reminder'],
    [
      {
        status: 403,
        body: html('403', 'Your client does not have permission to get URL <code>/v1</code>'),
      },
      'X-Serverless-Authorization',
    ],
    [{ status: 302, headers: { location: '/oauth2/start?rd=%2F' } }, 'let programs in without it'],
    [{ status: 561, body: html('561 Unauthorized') }, 'let programs in without it'],
  ])('may be a login, which looks at no key: %j', (said, fix) => {
    const { class: cause, evidence, leadsTo } = classify(said);
    expect(cause).toBe('forbidden-request');
    expect(fixWayIn({ rule: evidence.rule, leadsTo }, address)?.text).toContain(fix);
  });
});

describe('a path that a gateway does not have', () => {
  it('is not told as a missing key, whatever token the gateway speaks of', () => {
    const body = { message: 'Missing Authentication Token' };
    const headers = { 'x-amzn-errortype': 'MissingAuthenticationTokenException' };
    for (const isProven of [false, true]) {
      const { class: cause, evidence } = classify({ status: 403, body, headers, isProven });
      expect(cause).toBe('not-offered');
      expect(fixWayIn({ rule: evidence.rule }, address)?.text).toMatch(
        /stage.*providers.own.base_url/,
      );
    }
    expect(classify({ status: 403, body }).class).toBe('auth-unseen');
  });
});

describe('a redirect', () => {
  it.each([
    'https://docs.a.test/api/reference',
    'https://www.a.test/',
    '/docs',
    '/',
    'https://b.test/v2',
    '//cdn.a.test/index.html',
  ])('to no API is told with its place: %s', (location) => {
    for (const status of [301, 302, 303, 307, 308]) {
      const failure = classify({ status, headers: { location } });
      const { class: cause, evidence, message, leadsTo } = failure;
      expect(cause).toBe('not-offered');
      const { hostname, pathname } = new URL(location, 'http://a.test');
      const place = location.startsWith('/') && !location.startsWith('//') ? pathname : hostname;
      expect(message).toContain(`a redirect to ${place}`);
      expect(fixWayIn({ rule: evidence.rule, leadsTo }, address)?.text).toMatch(
        new RegExp(`it leads to ${place}.*correct providers.own.base_url`),
      );
    }
  });
});

describe('a proxy of this machine', () => {
  const squid = '<html><title>ERROR: The requested URL could not be retrieved</title></html>';
  const proxy = '10.0.0.1:3128';

  it.each<[string, Said, RegExp]>([
    [
      'Squid, by its header',
      { status: 403, body: squid, headers: { 'x-squid-error': 'ERR_X 0' } },
      /let a.test through/,
    ],
    [
      'Squid, by its page',
      { status: 503, body: `${squid}<!-- ERR_DNS_FAIL -->` },
      /cannot reach it/,
    ],
    ['Zscaler', { status: 403, body: '<html><title>Zscaler</title></html>' }, /let a.test through/],
    ['an unknown one that wants a user', { status: 407, body: '<html>Proxy</html>' }, /password/],
  ])('is named where it answers itself: %s', (_name, said, fix) => {
    const { class: cause, message, code, speaker } = classify({ ...said, proxy });
    expect(cause).toBe('connect');
    expect(message).toMatch(/^the proxy 10.0.0.1:3128 answered \d{3}/);
    expect(fixProxied(code, { ...address, variable: 'https_proxy' }).text).toMatch(fix);
    // what its page looks like says less than what became of the way
    const asKept = { cause, evidence: message, speaker };
    expect(fixSaid(asKept, { id: 'own/m', ...address })).toBeUndefined();
  });

  it('is named beside a page that may be of the server', () => {
    const body = '<html><title>403 Forbidden</title><center>nginx</center></html>';
    const { class: cause, message } = classify({ status: 403, body, proxy });
    expect([cause, message]).toEqual([
      'forbidden-request',
      expect.stringContaining(`through the proxy ${proxy}`),
    ]);
  });

  it('is not blamed for what an API says in its own form', () => {
    const body = { error: { message: 'no such key', code: 'invalid_api_key' } };
    expect(classify({ status: 401, body, proxy }).class).toBe('auth-rejected');
  });
});

describe('one number for every error, and the real one in words', () => {
  it.each<[string, Failure['class']]>([
    ['404 NOT_FOUND', 'not-offered'],
    ['404 Not Found', 'not-offered'],
    ['405 METHOD_NOT_ALLOWED "Request method is not supported"', 'not-offered'],
    ['401 UNAUTHORIZED', 'auth-rejected'],
    ['403 FORBIDDEN', 'forbidden-key'],
    ['429 TOO_MANY_REQUESTS', 'rate-limit'],
    ['503 SERVICE_UNAVAILABLE', 'overloaded'],
    ['500 INTERNAL_SERVER_ERROR', 'server-error'],
    ['404 tokens are too many', 'server-error'],
    ['the page 404 NOT_FOUND', 'server-error'],
  ])('%s means %s', (msg, meant) => {
    for (const provider of ['own', 'zhipu'])
      expect(
        classify({
          provider,
          protocol: undefined,
          status: 200,
          body: { code: 500, msg, success: false },
        }).class,
      ).toBe(meant);
  });
});
