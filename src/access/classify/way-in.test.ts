/** What an answer betrays of the right way in, in any wording and at any status. */

import { describe, expect, it } from 'vitest';
import { classify } from '../../../test/fakes/classify.ts';
import type { Failure } from '../../model/failure.ts';
import { type ProtocolName, protocolNames } from '../../model/protocol.ts';
import type { Headers } from '../../model/request.ts';
import { fixWayIn, lookForHeader } from '../report/unreached.ts';
import { describeSpeaker } from '../wording/speakers.ts';
import { classOfRule } from './unwritten-rules.ts';

const shapes: Readonly<Partial<Record<ProtocolName, (message: string) => object>>> = {
  'anthropic-messages': (message) => ({
    type: 'error',
    error: { type: 'not_found_error', message },
    request_id: 'req_1',
  }),
  'google-generate-content': (message) => ({
    error: { code: 404, message, status: 'NOT_FOUND' },
  }),
  'openai-chat': (message) => ({
    error: { message, type: 'invalid_request_error', param: null, code: null },
  }),
};

const words = ['Not Found', 'Invalid URL (POST /v1/messages)', 'Requested entity was not found.'];
const asAsked = { 'openai-responses': 'openai-chat' } as const;

describe('a path that another protocol does not have', () => {
  it('is told by the shape of its error, whatever its words and status', () => {
    for (const [spoken, shape] of Object.entries(shapes))
      for (const protocol of protocolNames)
        for (const message of words)
          for (const status of [404, 405]) {
            const { rule } = classify({ status, body: shape(message), protocol }).evidence;
            const isSame = spoken === protocol || asAsked[protocol as never] === spoken;
            expect([protocol, rule]).toEqual([
              protocol,
              isSame ? 'any-status-404' : `speaks-${spoken}`,
            ]);
          }
  });

  it.each([
    '404 page not found',
    { detail: 'Not Found' },
    { message: 'no Route matched with those values' },
    { error: 'Not Found' },
    { error: { message: 'File Not Found', type: 'not_found_error', code: 404 } },
  ])('is not guessed from %j', (body) => {
    for (const protocol of protocolNames)
      expect(classify({ status: 404, body, protocol }).evidence.rule).toBe('any-status-404');
  });

  it('is no path where a model is named, or a key', () => {
    const shape = shapes['anthropic-messages'];
    const model = classify({
      status: 404,
      body: shape?.('model: claude-9'),
      protocol: 'openai-chat',
    });
    expect(model.class).toBe('model-missing');
    const key = classify({ status: 401, body: shape?.('invalid key'), protocol: 'openai-chat' });
    expect(key.class).toBe('auth-rejected');
  });

  it.each<[string, number, ProtocolName, ProtocolName]>([
    ['anthropic-version: header is required', 400, 'openai-chat', 'anthropic-messages'],
    [
      'This model is only supported in v1/responses and not in v1/chat/completions.',
      404,
      'openai-chat',
      'openai-responses',
    ],
    ['The model is only available via the Responses API', 400, 'openai-chat', 'openai-responses'],
    [
      'model "gpt-5.3-codex" is not accessible via the /chat/completions endpoint',
      400,
      'openai-chat',
      'openai-responses',
    ],
    [
      'The chatCompletion operation does not work with the specified model, gpt-5-codex. Please choose different model and try again.',
      400,
      'openai-chat',
      'openai-responses',
    ],
  ])('is told in words: %s', (message, status, protocol, spoken) => {
    const failure = classify({ status, body: { error: { message } }, protocol });
    expect([failure.class, failure.evidence.rule]).toEqual(['not-offered', `speaks-${spoken}`]);
    const own = classify({ status, body: { error: { message } }, protocol: spoken });
    expect(own.evidence.rule).not.toBe(`speaks-${spoken}`);
  });
});

describe('a parameter of another API', () => {
  it.each([
    "Unsupported parameter: 'background'. Use the Responses API instead.",
    'Encrypted reasoning is only available with the Responses API',
    'This parameter is only available for the model in the Responses API.',
  ])('does not stand for the path: %s', (message) => {
    const body = { error: { message } };
    const { evidence } = classify({ status: 400, body, protocol: 'openai-chat' });
    expect(evidence.rule).not.toContain('speaks-');
  });
});

const address = (baseUrl: string) => ({ baseUrl, provider: 'own' });
const fixOf = ({ evidence: { rule }, leadsTo }: Failure, baseUrl: string) =>
  fixWayIn({ rule, leadsTo }, address(baseUrl));

it.each([
  ['Either x-portkey-config or x-portkey-provider header is required', 'x-portkey-provider'],
  ['x-tenant-id is missing', 'x-tenant-id'],
  ['x-api-key header is required', undefined],
  ['the tool said: x-tenant-id is missing', undefined],
])('a header of the server’s own is named: %s', (message, name) => {
  const failure = classify({ status: 400, body: { status: 'failure', message } });
  const { rule } = failure.evidence;
  expect(rule === `wants-header-${name}`).toBe(name !== undefined);
  if (name === undefined) return;
  expect([failure.class, classOfRule(rule)]).toEqual(['forbidden-request', 'forbidden-request']);
  expect(fixOf(failure, 'https://a.test/v1')?.text).toContain(
    `write ${name} into providers.own.headers`,
  );
});

it('the header in which a key is wanted is read where a gateway names it', () => {
  const body = { statusCode: 401, message: 'Access denied due to missing subscription key.' };
  const challenge = (name: string): Headers => ({
    'www-authenticate': `AzureApiManagementKey realm="https://a.test/x",name="${name}",type="header"`,
  });
  const failure = classify({ status: 401, body, headers: challenge('api-key') });
  expect(failure.class).toBe('auth-unseen');
  expect(lookForHeader('own', failure.message).command).toBe(
    'holdfast config set providers.own.auth api-key && holdfast auth reset own',
  );
  const other = classify({ status: 401, body, headers: challenge('Ocp-Apim-Subscription-Key') });
  expect(other.message).toContain('(in the Ocp-Apim-Subscription-Key header)');
  expect(lookForHeader('own', other.message).text).toContain('then holdfast auth reset own');
});

describe('a key that is looked for in x-api-key', () => {
  const message = 'x-api-key header is required';

  it('is of another protocol only where the error has the shape of that one', () => {
    const body = shapes['anthropic-messages']?.(message);
    const { rule } = classify({ status: 401, body, protocol: 'openai-chat' }).evidence;
    expect(rule).toBe('speaks-anthropic-messages');
  });

  it.each([{ message }, { error: { message } }, { error: message }, { detail: message }, message])(
    'is sent there where no other protocol is betrayed: %j',
    (body) => {
      const failure = classify({ status: 401, body, protocol: 'openai-chat' });
      expect(failure.class).toBe('auth-unseen');
      expect(lookForHeader('own', failure.message).command).toBe(
        'holdfast config set providers.own.auth x-api-key && holdfast auth reset own',
      );
    },
  );
});

describe('a server that is not there', () => {
  const title = (words: string) =>
    `<!doctype html><html><head><title>${words}</title></head><body>Nothing here</body></html>`;

  it.each<[string, number, unknown, Headers]>([
    ['ngrok', 404, title('ngrok'), { 'ngrok-error-code': 'ERR_NGROK_3200' }],
    ['the agent of ngrok', 502, title('ngrok'), { 'ngrok-error-code': 'ERR_NGROK_8012' }],
    ['Cloudflare, to a browser', 530, title('Cloudflare Tunnel error | x.test | Cloudflare'), {}],
    ['Cloudflare, to a program', 530, 'error code: 1033', { server: 'cloudflare' }],
    [
      'Cloudflare, in JSON',
      530,
      { title: 'Error 1033', detail: 'The host is configured as a Cloudflare Tunnel, but …' },
      {},
    ],
    ['localtunnel', 503, title('503 - Tunnel Unavailable'), {}],
    ['Heroku', 404, title('Heroku | No such app'), {}],
    ['Railway', 404, { status: 'error', code: 404, message: 'Application not found' }, {}],
    ['Vercel', 404, 'gone', { 'x-vercel-error': 'DEPLOYMENT_NOT_FOUND' }],
    ['Modal', 404, 'modal-http: app for invoked web endpoint is stopped', {}],
    ['an endpoint that sleeps', 503, { error: 'The endpoint is paused, ask its owner' }, {}],
    ['Kubernetes', 404, 'default backend - 404', {}],
    [
      'an endpoint that does not wake by requests',
      400,
      { error: 'Bad Request: The endpoint is paused, ask a maintainer to restart it' },
      {},
    ],
    ['the same in other words', 400, { error: 'Bad Request: Invalid state' }, {}],
  ])('is told by what answers in its place: %s', (_who, status, body, headers) => {
    const failure = classify({ status, body, headers, protocol: 'openai-chat' });
    const { rule } = failure.evidence;
    expect([failure.class, rule, failure.isUnsent]).toEqual(['connect', 'nobody-behind', true]);
    expect(fixOf(failure, 'https://a.test/v1')?.text).toContain('start the server behind a.test');
    const own = classify({ status, body, headers, vendor: 'openai' });
    expect(own.evidence.rule).not.toBe('nobody-behind');
  });

  it.each<[number, unknown]>([
    [404, { error: { message: 'The API deployment for this resource does not exist.' } }],
    [404, title('404 Not Found')],
    [404, `<html><body>the app is stopped</body></html>`],
    [400, { error: { message: 'The instance is paused in the story that you tell.' } }],
    [400, { error: { message: 'You wrote: the endpoint is paused, ask a maintainer' } }],
    [400, { error: { message: 'Invalid state of the tool call' } }],
    [502, title('502 Bad Gateway')],
  ])('is not guessed from %i %j', (status, body) => {
    expect(classify({ status, body }).evidence.rule).not.toBe('nobody-behind');
  });
});

describe('a login in front of the server', () => {
  it.each<[string, number, unknown, Headers]>([
    [
      'CF-Access-Client-Id',
      302,
      '',
      { location: 'https://corp.cloudflareaccess.com/cdn-cgi/access/login/a.test?kid=1' },
    ],
    ['CF-Access-Client-Id', 403, '<html>Forbidden</html>', { 'cf-access-domain': 'a.test' }],
    [
      'Proxy-Authorization',
      401,
      'Invalid IAP credentials: empty token',
      { 'x-goog-iap-generated-response': 'true' },
    ],
  ])('is told with the header that lets programs through: %s', (header, status, body, headers) => {
    const failure = classify({ status, body, headers });
    expect(failure.class).toBe('forbidden-request');
    expect(classOfRule(failure.evidence.rule)).toBe('forbidden-request');
    expect(describeSpeaker(failure.speaker)).toContain('behind a login');
    const fix = fixWayIn({ rule: failure.evidence.rule }, address('https://a.test/v1'));
    expect(fix?.text).toContain(header);
    expect(fix?.text).toContain('providers.own.headers');
  });

  it('is what leads away from a vendor, whatever it is called', () => {
    const headers = { location: 'https://gateway.zscaler.net:443/auD?origurl=x' };
    const failure = classify({ status: 307, headers, vendor: 'openai' });
    expect(failure.class).toBe('unknown');
    expect(describeSpeaker(failure.speaker)).toContain('behind a login');
    expect(classify({ status: 307, headers }).class).toBe('not-offered');
  });
});

describe('a password that is wanted in front of the API', () => {
  const headers = { 'www-authenticate': 'Basic realm="restricted"' };

  it.each([
    '',
    'Unauthorized',
    '<html><head><title>401 Authorization Required</title></head></html>',
  ])('says nothing of the key: %j', (body) => {
    const failure = classify({ status: 401, body, headers, protocol: 'openai-chat' });
    expect([failure.class, failure.speaker?.is]).toEqual(['forbidden-request', 'page']);
    const { text } = fixOf(failure, 'https://a.test/v1') ?? {};
    expect(text).toContain('a user and a password');
  });

  it('is not read where an API speaks in its own form', () => {
    const body = { error: { message: 'Invalid API key', code: 'invalid_api_key' } };
    expect(classify({ status: 401, body, headers }).class).toBe('auth-rejected');
  });
});

it('Cloudflare limits an address, and no key', () => {
  const failure = classify({ status: 429, body: 'error code: 1015' });
  expect(failure.message).toContain("Cloudflare's error 1015 (too many");
  expect(describeSpeaker(failure.speaker)).toContain('is behind Cloudflare, which lets no more');
});

describe('the line that mends it', () => {
  it('needs no word of what is printed: a record of an older version has no place', () => {
    for (const rule of ['redirect-to-api', 'redirect-away', 'page-of-an-app'])
      expect(fixWayIn({ rule }, address('http://a.test/v1'))?.command).toBe(undefined);
  });

  it('names the protocol, and the version where the address has none', () => {
    const of = (rule: string, baseUrl: string) => fixWayIn({ rule }, address(baseUrl))?.command;
    expect(of('speaks-anthropic-messages', 'http://a.test/v1')).toBe(
      'holdfast config set providers.own.protocol anthropic-messages',
    );
    expect(of('speaks-openai-chat', 'http://a.test')).toBe(
      'holdfast config set providers.own.protocol openai-chat && holdfast config set providers.own.base_url http://a.test/v1',
    );
    expect(of('speaks-google-generate-content', 'http://a.test')).toContain('/v1beta');
  });

  it.each([
    ['http://a.test/v1', 'https://a.test/v1/chat/completions', 'https://a.test/v1'],
    ['http://a.test/v1', 'https://eu.a.test/api/v1/messages', 'https://eu.a.test/api/v1'],
    ['http://a.test/v1', 'https://b.test/v1/responses?key=1', 'https://b.test/v1'],
    ['https://a.test/v1', 'http://a.test/api/v1/responses', 'https://a.test/api/v1'],
    ['https://a.internal/v1', 'http://b.internal/v1/responses', 'http://b.internal/v1'],
  ])('of %s leads to where a redirect keeps the path: %s', (baseUrl, location, to) => {
    for (const status of [301, 302, 307, 308]) {
      const failure = classify({ status, headers: { location } });
      expect(failure.class).toBe('not-offered');
      expect(failure.message).not.toContain('?');
      expect(fixOf(failure, baseUrl)?.command).toBe(
        `holdfast config set providers.own.base_url ${to}`,
      );
    }
  });

  it.each([
    ['http://a.test/v1', '/api/v1/chat/completions', 'http://a.test/api/v1'],
    ['http://a.test//v1', '/v1/chat/completions', 'http://a.test/v1'],
    ['http://a.test/v1', '//b.test/v1/responses/', 'http://b.test/v1'],
    ['http://a.test/v1', 'https://a.test/v1/messages/', 'https://a.test/v1'],
    ['http://a.test/v1beta', '/v2/models?pageSize=9', 'http://a.test/v2'],
    [
      'http://a.test/v1beta',
      '/v2/models/gemini-3:streamGenerateContent?alt=sse',
      'http://a.test/v2',
    ],
  ])('of %s follows a path on the same server, and slashes: %s', (baseUrl, location, to) => {
    for (const status of [301, 302, 307, 308]) {
      const failure = classify({ status, headers: { location } });
      expect([failure.class, failure.speaker?.meant]).toEqual(['not-offered', 'not-offered']);
      expect(failure.message).not.toContain('?');
      expect(fixOf(failure, baseUrl)?.command).toBe(
        `holdfast config set providers.own.base_url ${to}`,
      );
    }
  });

  it.each([
    ['/v1/chat/completions/', 'slash'],
    ['http://a.test/v1/messages//', 'slash'],
    ['/v1/responses', 'the address that was asked'],
  ])('is none where the redirect keeps the address: %s', (location, words) => {
    const failure = classify({ status: 307, headers: { location } });
    expect(failure.class).toBe('not-offered');
    const { text, command } = fixOf(failure, 'http://a.test/v1') ?? {};
    expect([text, command]).toEqual([expect.stringContaining(words), undefined]);
  });

  it.each([
    'https://login.test/start',
    '/login?next=/v1/chat/completions',
    '/login:now',
    'https://a.test/wifi/welcome',
    'https://id.a.test/oauth2/authorize?client=x',
    '',
  ])('is none for a redirect to a page: %j', (location) => {
    const failure = classify({ status: 302, headers: { location } });
    expect([failure.class, failure.speaker?.is]).toEqual(['unknown', 'page']);
    expect(failure.message).not.toMatch(/\?|invalid/);
  });

  it.each([
    '<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>',
    'Client sent an HTTP request to an HTTPS server.\n',
    "<!DOCTYPE HTML><html><body>Reason: You're speaking plain HTTP to an SSL-enabled server port.</body></html>",
    'Bad Request\r\nThis combination of host and port requires TLS.\r\n',
  ])('writes https where plain http came to a port of TLS: %j', (body) => {
    const failure = classify({ status: 400, body });
    expect(failure.class).toBe('tls');
    expect(fixOf(failure, 'http://a.test/v1')?.command).toBe(
      'holdfast config set providers.own.base_url https://a.test/v1',
    );
  });

  it('is not set where a client certificate is missing', () => {
    const body =
      '<html><head><title>400 No required SSL certificate was sent</title></head></html>';
    const failure = classify({ status: 400, body });
    expect(failure.class).toBe('tls');
    expect(fixOf(failure, 'https://a.test/v1')).toEqual({
      text: expect.stringContaining('no client certificate'),
    });
  });

  it('is undefined where the answer reveals nothing', () => {
    for (const rule of ['any-status-404', 'exception-ECONNREFUSED', ''])
      expect(
        fixWayIn({ rule, leadsTo: 'https://x.test/v1/messages' }, address('http://a.test/v1')),
      ).toBe(undefined);
  });
});
