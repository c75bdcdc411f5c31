/**
 * Every request that the gateway refuses itself: a 4xx in the protocol's shape that says what to
 * do, and a gateway that goes on.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatFix } from '../../src/errors.ts';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { sendRaw } from './raw-request.ts';

const key = `hf_test_${'r'.repeat(24)}`;
const chat = '/v1/chat/completions';
const page = 'https://page.test';
let sim: SimulatedProvider;
let runtime: Runtime;
let gateway: Gateway;

beforeAll(async () => {
  sim = await startSimulatedProvider();
  runtime = createRuntime({
    config: {
      main: { provider: 'sim', model: 'sim/echo' },
      fallback_chain: [{ provider: 'spare', model: 'sim/echo' }],
      providers: {
        sim: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' },
        spare: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good+spare' },
      },
      auxiliary: { vision: { provider: 'none' } },
      gateway: { port: 0, allowed_hosts: ['Box.local'], allowed_origins: [page] },
    },
  });
  gateway = await startGateway({ runtime, key });
});

afterAll(async () => {
  await gateway.close();
  await runtime.close();
  await sim.close();
});

interface Refused {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function send({ method = 'POST', path = chat, headers = {}, body }: Refused): Promise<Response> {
  return fetch(`${gateway.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

const hi = '"messages":[{"role":"user","content":"hi"}]';

const rows: readonly (readonly [string, Refused, number, string, RegExp])[] = [
  [
    'a body that is not JSON',
    { body: '{"model":' },
    400,
    'request_invalid',
    /is not JSON.*send one JSON object/,
  ],
  ['an empty body', {}, 400, 'request_invalid', /it is empty.*send one JSON object/],
  [
    'a body that is a list',
    { body: '[]' },
    400,
    'request_invalid',
    /not a JSON object.*send one JSON object/,
  ],
  [
    'a missing model',
    { body: `{${hi}}` },
    400,
    'request_invalid',
    /no "model".*name a task such as "main"/,
  ],
  [
    'a model that is no text',
    { body: `{"model":7,${hi}}` },
    400,
    'request_invalid',
    /non-empty string.*GET \/v1\/models/,
  ],
  ['an empty model', { body: `{"model":"",${hi}}` }, 400, 'request_invalid', /non-empty string/],
  [
    'a body without messages',
    { body: '{"model":"main"}' },
    400,
    'request_invalid',
    /no "messages".*send \{"model"/,
  ],
  [
    'a stream that is no boolean',
    { body: `{"model":"main","stream":1,${hi}}` },
    400,
    'request_invalid',
    /true or false/,
  ],
  [
    'an unknown model',
    { body: `{"model":"gone",${hi}}` },
    404,
    'model_unknown',
    /"gone".*main.*sim, spare/,
  ],
  [
    'a task that is switched off',
    { body: `{"model":"vision",${hi}}` },
    404,
    'model_unknown',
    /switched off.*set auxiliary\.vision/,
  ],
  [
    'an unknown model in the list',
    { method: 'GET', path: '/v1/models/gone' },
    404,
    'model_unknown',
    /"gone".*GET \/v1\/models/,
  ],
  [
    'an unknown route',
    { path: '/v1/nothing', body: '{}' },
    404,
    'route_unknown',
    /\/v1\/nothing.*use one of \/v1\/chat\/completions/,
  ],
  [
    'a doubled /v1',
    { path: `/v1${chat}` },
    404,
    'route_unknown',
    /take \/v1 out of the client's base URL/,
  ],
  ['a wrong method', { method: 'GET' }, 405, 'method_not_allowed', /does not take GET.*use POST/],
  [
    'a wrong method on an open path',
    { path: '/healthz' },
    405,
    'method_not_allowed',
    /does not take POST.*use GET/,
  ],
  [
    'a wrong key',
    { headers: { authorization: 'Bearer hf_wrong' } },
    401,
    'gateway_key_wrong',
    /not a key.*`holdfast key`/,
  ],
  [
    'a wrong x-api-key',
    { headers: { authorization: '', 'x-api-key': 'no' } },
    401,
    'gateway_key_wrong',
    /`holdfast key`/,
  ],
  ['no key', { headers: { authorization: '' } }, 401, 'gateway_key_wrong', /`holdfast key`/],
  [
    'a foreign Origin',
    { headers: { origin: 'https://evil.test' } },
    403,
    'origin_not_allowed',
    /evil\.test.*gateway\.allowed_origins/,
  ],
];

describe('the gateway refuses', () => {
  it.each(rows)('%s', async (_name, refused, status, code, message) => {
    const response = await send(refused);
    const { error } = JSON.parse(await response.text());
    expect({ status: response.status, type: response.headers.get('content-type') }).toEqual({
      status,
      type: 'application/json',
    });
    const type = status === 401 ? 'authentication_error' : 'invalid_request_error';
    const { holdfast, ...known } = error;
    expect(known).toEqual({ message: expect.stringMatching(message), type, param: null, code });
    expect(error.message).toBe(`${holdfast.said}. To fix: ${formatFix(holdfast.fix)}`);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(response.headers.get('x-holdfast-request-id')).toMatch(/^hfr_/);
  });

  it("Anthropic's clients with an id in the body too", async () => {
    const response = await send({
      path: '/v1/messages',
      headers: { authorization: 'Bearer hf_wrong' },
    });
    const id = response.headers.get('request-id');
    expect(id).toMatch(/^hfr_/);
    expect(await response.json()).toMatchObject({ request_id: id });
  });

  it('a wrong method with the right one in `allow`', async () => {
    expect((await send({ method: 'GET' })).headers.get('allow')).toBe('POST');
  });
});

interface Shape {
  readonly path: string;
  /** A body without its model. */
  readonly rest: string;
  readonly shape: object;
  /** What clients of the protocol know an error by, by status. */
  readonly types: Readonly<Record<number, string>>;
}

const shapes: readonly Shape[] = [
  {
    path: '/v1/messages',
    rest: `"max_tokens":9,${hi}`,
    shape: { type: 'error', error: {} },
    types: {
      400: 'invalid_request_error',
      401: 'authentication_error',
      404: 'not_found_error',
      405: 'invalid_request_error',
    },
  },
  {
    path: '/v1/responses',
    rest: '"input":"hi"',
    shape: { error: { param: null } },
    types: {
      400: 'invalid_request_error',
      401: 'authentication_error',
      404: 'invalid_request_error',
      405: 'invalid_request_error',
    },
  },
];

describe.each(shapes)(
  '$path refuses in the shape of its protocol',
  ({ path, rest, shape, types }) => {
    it.each<[string, Refused, number, RegExp]>([
      ['a body that is not JSON', { body: '{' }, 400, /is not JSON/],
      ['a missing model', { body: `{${rest}}` }, 400, /"model"/],
      ['a model that is no text', { body: `{"model":[],${rest}}` }, 400, /"model"/],
      ['an unknown model', { body: `{"model":"gone",${rest}}` }, 404, /"gone"/],
      ['a wrong method', { method: 'PUT', body: '{}' }, 405, /use POST/],
      [
        'a wrong key',
        { headers: { authorization: 'Bearer no' }, body: '{}' },
        401,
        /`holdfast key`/,
      ],
    ])('%s', async (_name, refused, status, message) => {
      const response = await send({ path, ...refused });
      const body: unknown = JSON.parse(await response.text());
      expect(body).toMatchObject(shape);
      expect(response.status).toBe(status);
      expect(response.headers.get('x-should-retry')).toBe('false');
      expect(body).toMatchObject({
        error: { type: types[status], message: expect.stringMatching(message) },
      });
      expect(JSON.stringify(body)).toContain('To fix: ');
    });
  },
);

describe('a page of an allowed origin', () => {
  it('is answered before it asks, without a key, with the headers it wants to send', async () => {
    const response = await fetch(`${gateway.url}${chat}`, {
      method: 'OPTIONS',
      headers: {
        origin: page,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,x-stainless-lang',
      },
    });
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-headers': 'authorization,x-stainless-lang',
      'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
      vary: 'origin',
    });
  });

  it.each([
    ['answers', `{"model":"main",${hi}}`, 200],
    ['errors of the engine', '{', 400],
  ])('may read %s', async (_name, body, status) => {
    const response = await send({ headers: { origin: page }, body });
    expect(response.status).toBe(status);
    expect(response.headers.get('access-control-allow-origin')).toBe(page);
    expect(response.headers.get('access-control-expose-headers')).toContain('x-holdfast-target');
  });

  it('may read that its key is wrong', async () => {
    const response = await send({ headers: { origin: page, authorization: 'Bearer no' } });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([
      401,
      page,
    ]);
  });

  it.each(['https://evil.test', 'null', `${page}.evil.test`])(
    'is not %s, which is told nothing',
    async (origin) => {
      const response = await fetch(`${gateway.url}${chat}`, {
        method: 'OPTIONS',
        headers: { origin },
      });
      expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([
        403,
        null,
      ]);
    },
  );
});

describe('what is no request', () => {
  it('an upgrade to WebSocket at another path than its own is answered 426 at once, and the connection ends', async () => {
    const upgrade = 'connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n';
    const answer = await sendRaw(gateway.port, [
      `GET /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\n${upgrade}\r\n`,
    ]);
    expect(answer).toMatchObject({ status: 426, hasEnded: true });
    expect(JSON.parse(answer.body).error.message).toMatch(
      /WebSocket at \/v1\/responses only. To fix: POST/,
    );
  });

  it('an offer of h2c is passed over, as Java clients expect', async () => {
    const offer =
      'connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n';
    const { status } = await sendRaw(gateway.port, [
      `GET /v1/models HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: ${key}\r\n${offer}\r\n`,
    ]);
    expect(status).toBe(200);
  });

  it.each([
    ['no HTTP at all', 'GARBAGE\r\n\r\n', 400],
    ['a header with a zero byte', 'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: \u0000\r\n\r\n', 400],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ${'y'.repeat(90_000)}\r\n\r\n`,
      431,
    ],
    [
      'a broken chunk',
      `POST ${chat} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: ${key}\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n`,
      400,
    ],
  ])('%s is answered in shape, and the connection ends', async (_name, bytes, status) => {
    const answer = await sendRaw(gateway.port, [bytes]);
    expect(answer).toMatchObject({ status, hasEnded: true });
    expect(JSON.parse(answer.body).error.message).toContain('To fix: ');
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  });

  it('garbage after a request does not land in the middle of its answer', async () => {
    const body = `{"model":"sim/sim/pace-10ms","stream":true,${hi}}`;
    async function* parts(): AsyncIterable<string> {
      sim.clearLog();
      yield `POST ${chat} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: ${key}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
      await expect.poll(() => sim.log().length, { interval: 1 }).toBe(1);
      yield 'GARBAGE\r\n\r\n';
    }
    const answer = await sendRaw(gateway.port, parts());
    expect(JSON.stringify(answer)).not.toContain('400');
    expect(answer.hasEnded).toBe(true);
  });
});
