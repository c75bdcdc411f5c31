/** What an answer betrays of the right way in, in any wording and at any status. */

import { describe, expect, it } from 'vitest';
import type { Failure } from '../../model/failure.ts';
import { type ProtocolName, protocolNames } from '../../model/protocol.ts';
import { fixWayIn } from '../report/unreached.ts';
import { classifyAnswer } from './classify.ts';

interface Said {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocol?: ProtocolName;
  readonly vendor?: string;
}

function classify({ status, body = '', headers = {}, protocol, vendor }: Said): Failure {
  return classifyAnswer({
    provider: 'own',
    vendor,
    protocol,
    status,
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    isProven: false,
    isProvenWithModel: false,
    now: 0,
    redact: (text) => text,
  });
}

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
    ['x-api-key header is required', 401, 'openai-chat', 'anthropic-messages'],
    ['anthropic-version: header is required', 400, 'openai-chat', 'anthropic-messages'],
    [
      'This model is only supported in v1/responses and not in v1/chat/completions.',
      404,
      'openai-chat',
      'openai-responses',
    ],
    ['The model is only available via the Responses API', 400, 'openai-chat', 'openai-responses'],
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

describe('the line that mends it', () => {
  it('names the protocol, and the version where the address has none', () => {
    const of = (rule: string, baseUrl: string) => fixWayIn(rule, '', address(baseUrl))?.command;
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
  ])('of %s leads to where a redirect keeps the path: %s', (baseUrl, location, to) => {
    for (const status of [301, 302, 307, 308]) {
      const failure = classify({ status, headers: { location } });
      expect(failure.class).toBe('not-offered');
      expect(failure.message).not.toContain('?');
      expect(fixWayIn(failure.evidence.rule, failure.message, address(baseUrl))?.command).toBe(
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
      expect(fixWayIn(failure.evidence.rule, failure.message, address(baseUrl))?.command).toBe(
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
    const { text, command } =
      fixWayIn(failure.evidence.rule, failure.message, address('http://a.test/v1')) ?? {};
    expect([text, command]).toEqual([expect.stringContaining(words), undefined]);
  });

  it.each([
    'https://login.test/start',
    '/login?next=/v1/chat/completions',
    '/login:now',
    '',
    'https://a.test/',
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
    const { class: cause, evidence, message } = classify({ status: 400, body });
    expect(cause).toBe('tls');
    expect(fixWayIn(evidence.rule, message, address('http://a.test/v1'))?.command).toBe(
      'holdfast config set providers.own.base_url https://a.test/v1',
    );
  });

  it('is none of ours where a client certificate lacks', () => {
    const body =
      '<html><head><title>400 No required SSL certificate was sent</title></head></html>';
    const { class: cause, evidence, message } = classify({ status: 400, body });
    expect(cause).toBe('tls');
    expect(fixWayIn(evidence.rule, message, address('https://a.test/v1'))).toEqual({
      text: expect.stringContaining('no client certificate'),
    });
  });

  it('is none where nothing is betrayed', () => {
    for (const rule of ['any-status-404', 'exception-ECONNREFUSED', ''])
      expect(
        fixWayIn(rule, 'a redirect to https://x.test/v1/messages', address('http://a.test/v1')),
      ).toBe(undefined);
  });
});
