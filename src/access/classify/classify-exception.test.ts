/** Exceptions of transports and SDKs, however wrapped, and the answers they carry. */

import { describe, expect, it } from 'vitest';
import { classifyException, findAnswer } from './classify-exception.ts';

describe('classifyException', () => {
  it.each<[string, unknown, boolean, string, string]>([
    ['a refused connection', withCode('ECONNREFUSED'), false, 'connect', 'exception-ECONNREFUSED'],
    [
      'a code below its cause',
      wrap(withCode('ENOTFOUND')),
      false,
      'connect',
      'exception-ENOTFOUND',
    ],
    [
      'a code below four causes',
      wrap(wrap(wrap(wrap(withCode('EHOSTUNREACH'))))),
      false,
      'connect',
      'exception-EHOSTUNREACH',
    ],
    [
      'an aggregate of two addresses, the second of which says more',
      wrap(new AggregateError([new Error('first'), withCode('ECONNREFUSED')], 'all failed')),
      false,
      'connect',
      'exception-ECONNREFUSED',
    ],
    [
      'a wrapper with a code of its own around one that we know',
      Object.assign(wrap(withCode('ECONNRESET')), { code: 'ERR_BAD_RESPONSE' }),
      false,
      'connect',
      'exception-ECONNRESET',
    ],
    [
      'a handshake of TLS that timed out',
      withCode('ERR_TLS_HANDSHAKE_TIMEOUT'),
      false,
      'connect',
      'exception-ERR_TLS_HANDSHAKE_TIMEOUT',
    ],
    ['no descriptor left', withCode('EMFILE'), false, 'local', 'exception-EMFILE'],
    [
      'no descriptor left for the second address',
      new AggregateError([withCode('ECONNREFUSED'), withCode('ENFILE')], 'all failed'),
      false,
      'local',
      'exception-ENFILE',
    ],
    [
      'no thread left, below a wrapper',
      wrap(withCode('EAGAIN')),
      false,
      'local',
      'exception-EAGAIN',
    ],
    ['a reset after the head', withCode('ECONNRESET'), true, 'stream-cut', 'exception-ECONNRESET'],
    ['a bare "terminated"', new TypeError('terminated'), true, 'stream-cut', 'exception-unknown'],
    [
      'words about a terminated account',
      new Error('your account has been terminated'),
      true,
      'malformed',
      'exception-unknown',
    ],
    [
      'an untrusted certificate',
      withCode('DEPTH_ZERO_SELF_SIGNED_CERT'),
      false,
      'tls',
      'exception-DEPTH_ZERO_SELF_SIGNED_CERT',
    ],
    [
      'the same below a fetch',
      wrap(withCode('SELF_SIGNED_CERT_IN_CHAIN')),
      false,
      'tls',
      'exception-SELF_SIGNED_CERT_IN_CHAIN',
    ],
    [
      'a broken head',
      withCode('HPE_INVALID_CONSTANT'),
      false,
      'connect',
      'exception-HPE_INVALID_CONSTANT',
    ],
    [
      'a proxy that gives no tunnel',
      withCode('ERR_PROXY_CONNECT'),
      false,
      'connect',
      'exception-ERR_PROXY_CONNECT',
    ],
    [
      'a proxy that refuses the tunnel of an SDK',
      new Error('Proxy response (407) !== 200 when HTTP Tunneling'),
      false,
      'connect',
      'exception-unknown',
    ],
    [
      'no head in time',
      withCode('UND_ERR_HEADERS_TIMEOUT'),
      false,
      'timeout',
      'exception-UND_ERR_HEADERS_TIMEOUT',
    ],
    [
      'no more body in time',
      withCode('UND_ERR_BODY_TIMEOUT'),
      true,
      'stream-stall',
      'exception-UND_ERR_BODY_TIMEOUT',
    ],
    ['something else', new Error('odd'), false, 'unknown', 'exception-unknown'],
    ['no error at all', 'odd', false, 'unknown', 'exception-unknown'],
  ])('classes %s', (_name, error, hasHead, failureClass, rule) => {
    const failure = classifyException(error, { hasHead });
    expect({ class: failure.class, rule: failure.evidence.rule }).toEqual({
      class: failureClass,
      rule,
    });
  });

  it('says the innermost reason, and its code once', () => {
    expect(classifyException(wrap(withCode('ECONNABORTED')), { hasHead: false }).message).toBe(
      'it failed: ECONNABORTED',
    );
    const plain = Object.assign(new Error('read'), { code: 'EPIPE' });
    expect(classifyException(plain, { hasHead: false }).message).toBe('read (EPIPE)');
  });

  it.each([
    [true, 'connect', true],
    [undefined, 'connect', true],
    [false, 'timeout', undefined],
  ])(
    'takes a time that ran out for one of opening unless the request was out: unsent %s',
    (isUnsent, failureClass, timedOut) => {
      const failure = classifyException(withCode('ETIMEDOUT'), { hasHead: false, isUnsent });
      expect([failure.class, failure.timedOut]).toEqual([failureClass, timedOut]);
    },
  );

  it('ends on a chain that bites its tail', () => {
    const error = new Error('round');
    error.cause = error;
    expect(classifyException(error, { hasHead: false }).class).toBe('unknown');
  });
});

describe('findAnswer', () => {
  const body = '{"error":{"code":"insufficient_quota"}}';
  it.each<[string, unknown, object | undefined]>([
    [
      "the AI SDK's fields below a retry error",
      Object.assign(new Error('Failed after 3 attempts'), {
        errors: [
          Object.assign(new Error('x'), {
            statusCode: 429,
            responseHeaders: { 'Retry-After': '3' },
            responseBody: body,
          }),
        ],
      }),
      { status: 429, headers: { 'retry-after': '3' }, body },
    ],
    [
      "a vendor SDK's status on the cause, its headers as fetch has them",
      wrap(
        Object.assign(new Error('x'), {
          status: 402,
          headers: new Headers({ 'Retry-After': '9' }),
          error: { code: 'c' },
        }),
      ),
      { status: 402, headers: { 'retry-after': '9' }, body: '{"code":"c"}' },
    ],
    [
      'the response of an axios error',
      Object.assign(new Error('Request failed'), {
        response: { status: 503, headers: {}, data: 'busy' },
      }),
      { status: 503, headers: {}, body: 'busy' },
    ],
    [
      'only a message',
      Object.assign(new Error('no such model'), { status: 404 }),
      { status: 404, headers: {}, body: 'no such model' },
    ],
    ['nothing in a socket error', withCode('ECONNRESET'), undefined],
    ['nothing in a success', { status: 200 }, undefined],
  ])('takes %s', (_name, error, expected) => {
    expect(findAnswer(error)).toEqual(expected);
  });
});

function withCode(code: string): Error {
  return Object.assign(new Error(`it failed: ${code}`), { code });
}

function wrap(cause: Error): Error {
  return new Error('fetch failed', { cause });
}
