/**
 * A caller's own login (laws 2, 11 and 12): what its program wrote goes to its vendor as it came,
 * its vendor's refusal comes back as it was said, and nothing of ours stands in for it unseen.
 */

import { afterEach, describe, expect, it } from 'vitest';
import {
  answer,
  bodyOf,
  chained,
  createLoginStage,
  createTestLogin,
  type LoginStage,
  model,
  ownOrigin,
  refusal,
  spareKey,
  spareOrigin,
  usedUp,
} from '../../../test/fakes/login-callers.ts';

const minute = 60_000;
let stage: LoginStage | undefined;
afterEach(() => stage?.runtime.close());

function open(config?: object): LoginStage {
  stage = createLoginStage(config);
  return stage;
}

const origins = ({ host }: LoginStage): readonly string[] =>
  host.upstream.requests.map(({ origin }) => origin);

describe('what is sent with a login', () => {
  it('is what the caller wrote: body, query and every header from end to end', async () => {
    const { host, ask } = open();
    host.upstream.enqueue(answer);
    const login = createTestLogin('one');
    const body = bodyOf({ metadata: { user_id: 'u' }, unknown: { a: [1, 2.0] } });
    await ask({
      login,
      body,
      query: 'beta=true&x=%20y',
      headers: {
        accept: 'application/json',
        'accept-encoding': 'gzip, br',
        'anthropic-beta': 'oauth-2025-04-20,claude-code-20250219',
        'anthropic-new-thing': 'soon',
        connection: 'keep-alive, x-of-this-hop',
        cookie: 'a=b',
        forwarded: 'for=1.2.3.4',
        host: '127.0.0.1:4653',
        'transfer-encoding': 'chunked',
        'user-agent': 'claude-cli/2.0',
        'x-forwarded-for': '1.2.3.4',
        'x-goog-api-key': 'hf_of_the_gateway_itself',
        'x-holdfast-key': 'hf_of_the_gateway_itself',
        'x-of-this-hop': 'yes',
        'x-stainless-lang': 'js',
      },
    });
    const [sent] = host.upstream.requests;
    expect(sent?.origin).toBe(ownOrigin);
    expect(sent?.path).toBe('/v1/messages?beta=true&x=%20y');
    expect(Buffer.concat([sent?.body ?? []].flat()).equals(body)).toBe(true);
    expect(sent?.headers).toEqual({
      accept: 'application/json',
      'accept-encoding': 'gzip, br',
      'anthropic-beta': 'oauth-2025-04-20,claude-code-20250219',
      'anthropic-new-thing': 'soon',
      authorization: `Bearer ${login}`,
      'content-type': 'application/json',
      'user-agent': 'claude-cli/2.0',
      'x-stainless-lang': 'js',
    });
  });

  it('takes a key of the gateway out of the query', async () => {
    const { host, ask } = open();
    host.upstream.enqueue(answer);
    await ask({ login: createTestLogin('q'), query: 'key=hf_of_the_gateway&beta=true' });
    expect(host.upstream.requests[0]?.path).toBe('/v1/messages?beta=true');
  });

  it('comes back with all that the vendor said beside the answer, but no cookie', async () => {
    const { host, ask } = open();
    const said = { 'anthropic-organization-id': 'org-1', 'x-codex-primary-used-percent': '12' };
    host.upstream.enqueue({
      ...answer,
      headers: { ...answer.headers, ...said, 'set-cookie': 'a' },
    });
    const got = await ask({ login: createTestLogin('h') });
    expect(got.headers).toMatchObject(said);
    expect(got.headers['set-cookie']).toBeUndefined();
  });

  it('is asked for the model that the caller named, whatever heads the route', async () => {
    const { host, ask } = open({ ...chained, aliases: { 'claude-*': 'main' } });
    host.upstream.enqueue(answer, answer);
    const body = bodyOf({ model: 'claude-new-1' });
    await ask({ login: createTestLogin('m'), body });
    expect(Buffer.concat([host.upstream.requests[0]?.body ?? []].flat()).equals(body)).toBe(true);
    await ask({ login: createTestLogin('m'), body: bodyOf({ model: 'main' }) });
    const [, second] = host.upstream.requests;
    expect(JSON.parse(String(Buffer.concat([second?.body ?? []].flat()))).model).toBe(model);
  });

  // Programs name their vendor's models; few of these are the first target of a route.
  it.each([
    ['nobody knows', 'claude-new-1', {}],
    ['is the vendor’s, and no task’s', 'claude-opus-4-5', {}],
    ['heads the main route', model, {}],
    ['has an alias', 'claude-new-1', { aliases: { 'claude-*': 'main' } }],
  ])('leaves its chain behind a model that %s', async (_name, named, more) => {
    const { host, ask } = open({ ...chained, ...more });
    const login = createTestLogin('chained');
    host.upstream.enqueue(usedUp(host, 3600), answer);
    expect((await ask({ login, body: bodyOf({ model: named }) })).status).toBe(200);
    expect(host.upstream.requests.map(({ origin }) => origin)).toEqual([ownOrigin, spareOrigin]);
  });

  it.each([
    ['a count of its tokens', '/v1/messages/count_tokens'],
    ['an answer', '/v1/messages'],
  ])('asks for %s with it', async (_name, path) => {
    const { host, ask } = open();
    const login = createTestLogin('c');
    host.upstream.enqueue(path.endsWith('tokens') ? { chunks: ['{"input_tokens":3}'] } : answer);
    await ask({ login, path });
    expect(host.upstream.requests[0]?.headers['authorization']).toBe(`Bearer ${login}`);
    expect(host.upstream.requests[0]?.path).toBe(`${path}?beta=true`);
  });
});

describe('a login that is refused', () => {
  it('is told so in its vendor’s words, then the chain answers, then it is told again', async () => {
    const { host, ask } = open();
    const login = createTestLogin('old');
    const no = refusal(401, 'authentication_error', { 'request-id': 'req_9' });
    host.upstream.enqueue(no, no, answer, no, answer);
    expect((await ask({ login })).status).toBe(401);
    const first = await ask({ login }); // Codex shows it once more before it renews it
    await host.advance(10_000);
    expect(first).toMatchObject({ status: 401, text: no.chunks?.[0] });
    expect(first.headers['request-id']).toBe('req_9');
    expect((await ask({ login })).status).toBe(200);
    await host.advance(5 * minute);
    expect((await ask({ login })).status).toBe(401);
    expect((await ask({ login: createTestLogin('new') })).status).toBe(200);
    expect(origins(stage as LoginStage)).toEqual([
      ownOrigin,
      ownOrigin,
      spareOrigin,
      ownOrigin,
      ownOrigin,
    ]);
  });

  it('leaves no mark, and no other login pays for it', async () => {
    const { host, ask, runtime } = open();
    host.upstream.enqueue(refusal(401, 'authentication_error'), answer);
    const headers = { 'anthropic-organization-id': 'org' };
    await ask({ login: createTestLogin('a'), headers });
    await ask({ login: createTestLogin('b'), headers });
    expect(origins(stage as LoginStage)).toEqual([ownOrigin, ownOrigin]);
    expect(JSON.stringify(runtime.records())).not.toContain('auth-suspect');
  });

  it.each([
    ['without a gateway key', { isAlone: true }, chained],
    ['with fallback: none', {}, withCredential({ caller: true, fallback: 'none' })],
    ['where nobody else is named', {}, { ...chained, fallback_chain: [] }],
  ])('%s is answered by its vendor alone, each time', async (_name, how, config) => {
    const { host, ask } = open(config);
    const login = createTestLogin('alone');
    const steps = [
      refusal(401, 'authentication_error'),
      refusal(401, 'authentication_error'),
      usedUp(host, 3600),
      refusal(529, 'overloaded_error'),
      usedUp(host, 3600),
      refusal(400, 'invalid_request_error'),
    ];
    host.upstream.enqueue(...steps);
    for (const { status, chunks } of steps) {
      const got = await ask({ login, ...how });
      expect(got).toMatchObject({ status, text: chunks?.[0] });
    }
    expect(new Set(origins(stage as LoginStage))).toEqual(new Set([ownOrigin]));
  });
});

function withCredential(credential: object): object {
  return {
    ...chained,
    providers: { ...chained.providers, anthropic: { credentials: [credential] } },
  };
}

describe('a plan that is used up', () => {
  it.each(['fill-first', 'round-robin'])(
    'is left for our keys and taken again, and no conversation moves by that: %s',
    async (selection) => {
      const keys = ['a', 'b'].map((label) => ({ label, api_key: `${spareKey}${label}` }));
      const credentials = [...keys, { caller: true }];
      const providers = { ...chained.providers, anthropic: { credentials, selection } };
      const { host, ask, runtime } = open({ ...chained, fallback_chain: [], providers });
      const login = createTestLogin('plan');
      const headers = { 'x-claude-code-session-id': 's1' };
      host.upstream.enqueue(answer, usedUp(host, 600), answer, answer);
      for (const _turn of [1, 2, 3]) expect((await ask({ login, headers })).status).toBe(200);
      await host.advance(20 * minute);
      host.upstream.enqueue(answer);
      expect((await ask({ login, headers })).status).toBe(200);
      const sent = host.upstream.requests.map(({ headers: { authorization } }) => authorization);
      expect(sent.map((one) => one === `Bearer ${login}`)).toEqual([
        true,
        true,
        false,
        false,
        true,
      ]);
      const notes = runtime.records().flatMap((record) => record.notes);
      expect(notes.filter((note) => note.startsWith('the conversation'))).toEqual([]);
    },
  );

  it('moves on until it renews, and says once who pays', async () => {
    const { host, ask, events } = open();
    const login = createTestLogin('plan');
    host.upstream.enqueue(usedUp(host, 3600), answer, answer);
    expect((await ask({ login })).status).toBe(200);
    expect((await ask({ login })).status).toBe(200);
    await host.advance(70 * minute);
    host.upstream.enqueue(answer);
    expect((await ask({ login })).status).toBe(200);
    expect(origins(stage as LoginStage)).toEqual([ownOrigin, spareOrigin, spareOrigin, ownOrigin]);
    const paid = events.filter(({ type }) => type === 'warning');
    const told = paid.map((event) => JSON.stringify(event)).filter((text) => text.includes('pay'));
    expect(told).toHaveLength(2);
    expect(told[0]).toContain('instead of');
    expect(told[1]).toContain('answers again');
  });

  it.each([
    ['holds for another token of its account', {}, {}, spareOrigin],
    ['leaves another account alone', {}, { org: 'org-2' }, ownOrigin],
    ['leaves another person of its company alone', { caller: 'ada' }, { caller: 'bob' }, ownOrigin],
  ])(
    '%s',
    async (_name, first, {
      org = 'org-1',
      ...other
    }: Partial<Record<string, string>>, expected) => {
      const { host, ask } = open();
      const of = (id: string) => ({ 'anthropic-organization-id': id });
      const known = { ...answer, headers: { ...answer.headers, ...of(org) } };
      host.upstream.enqueue(known, usedUp(host, 7200, of('org-1')), answer, answer);
      const login = createTestLogin('t2');
      await ask({ login, ...first, ...other });
      await ask({ login: createTestLogin('t1'), ...first });
      await ask({ login, ...first, ...other });
      expect(host.upstream.requests.at(-1)?.origin).toBe(expected);
    },
  );

  it('is asked before our keys, in whatever order and conversation, and again when it renews', async () => {
    for (const selection of ['fill-first', 'round-robin', 'least-used', 'random']) {
      const keys = [{ api_key: createTestLogin('k1') }, { caller: true }];
      const anthropic = { selection, credentials: keys };
      const { host, ask } = open({ main: `anthropic/${model}`, providers: { anthropic } });
      const login = createTestLogin('first');
      const headers = { 'x-claude-code-session-id': 'one' };
      const asked = () => host.upstream.requests.at(-1)?.headers['authorization'];
      host.upstream.enqueue(answer, usedUp(host, 600), answer, answer);
      await ask({ login, headers });
      expect(asked()).toBe(`Bearer ${login}`);
      await ask({ login, headers });
      await ask({ login, headers });
      expect(asked()).toBeUndefined();
      await host.advance(11 * minute);
      host.upstream.enqueue(answer);
      await ask({ login, headers });
      expect(asked(), selection).toBe(`Bearer ${login}`);
      await stage?.runtime.close();
    }
  });

  it('goes on while only a share of it is used', async () => {
    const { host, ask } = open();
    const warned = {
      'anthropic-ratelimit-unified-status': 'allowed_warning',
      'anthropic-ratelimit-unified-5h-utilization': '0.99',
    };
    host.upstream.enqueue({ ...answer, headers: { ...answer.headers, ...warned } }, answer);
    const login = createTestLogin('w');
    await ask({ login });
    await ask({ login });
    expect(origins(stage as LoginStage)).toEqual([ownOrigin, ownOrigin]);
  });
});

describe('nothing of ours', () => {
  it.each([
    ['/v1/models', 'GET'],
    ['/v1/files', 'GET'],
    ['/v1/responses', 'POST'],
    ['/v1/chat/completions/x', 'POST'],
    ['/v1/responses/compact', 'POST'],
    ['/v1/embeddings', 'POST'],
  ])('is spent by a login without a gateway key at %s', async (path, method) => {
    const { host, ask } = open();
    const got = await ask({ login: createTestLogin('x'), isAlone: true, path, method });
    expect(got.status).toBe(401);
    expect(host.upstream.requests).toEqual([]);
  });

  it.each(['main', 'spare/other', 'title_generation', 'anthropic/x', 'other'])(
    'answers a login without a gateway key that asks for %s',
    async (name) => {
      const { host, ask } = open();
      host.upstream.enqueue(refusal(404, 'not_found_error'));
      const body = bodyOf({ model: name });
      const got = await ask({ login: createTestLogin('x'), isAlone: true, body });
      expect(got.status).toBe(404);
      expect(origins(stage as LoginStage)).toEqual([ownOrigin]);
      const sent = host.upstream.requests[0]?.body ?? [];
      expect(Buffer.concat([sent].flat()).equals(body)).toBe(true);
    },
  );

  it('is sent to a vendor whose login this is not', async () => {
    const config = { main: 'mine/m', providers: { mine: { ...spareAs('https://mine.test') } } };
    const { host, ask } = open(config);
    expect((await ask({ login: createTestLogin('f'), isAlone: true })).status).toBe(401);
    expect(host.upstream.requests).toEqual([]);
  });

  it('keeps a login from a server of one’s own whose logins begin as those of many', async () => {
    const { host, ask } = open({
      main: 'mine/m',
      providers: { mine: spareAs('https://mine.test') },
    });
    host.upstream.enqueue(answer);
    const login = `sk-${createTestLogin('mine').slice(13)}`;
    expect((await ask({ login, isAlone: true })).status).toBe(200);
    expect(origins(stage as LoginStage)).toEqual(['https://mine.test']);
  });

  it('says in which protocol logins are relayed, where another was asked in', async () => {
    const own = { base_url: `${ownOrigin}/v1`, protocol: 'openai-chat' };
    const { ask } = open({
      ...chained,
      fallback_chain: [],
      providers: { ...chained.providers, anthropic: { ...own, credentials: [{ caller: true }] } },
    });
    const { text } = await ask({ login: createTestLogin('one') });
    expect(text).toContain("it takes callers' logins in openai-chat alone");
  });

  it('stands in for a login of another vendor that has no fallback', async () => {
    const { host, ask } = open(withCredential({ caller: true, fallback: 'none' }));
    const got = await ask({ login: `xai-${createTestLogin('x')}` });
    expect(got.status).toBe(424);
    expect(host.upstream.requests).toEqual([]);
  });

  it('goes on with an answer that broke by a login, or translates for one', async () => {
    const { host, ask } = open();
    const [begun, rest] = [eventsOf('Once upon'), eventsOf(' a time', true)];
    host.upstream.enqueue(
      { headers: stream, chunks: begun, cutAfter: new Error('reset') },
      { headers: stream, chunks: rest },
    );
    const got = await ask({ login: createTestLogin('cut'), body: bodyOf({ stream: true }) });
    expect(got.text).toContain('Once upon');
    expect(origins(stage as LoginStage)).toEqual([ownOrigin, spareOrigin]);
  });

  it('asks with a login where the caller brings none', async () => {
    const { host, ask } = open();
    host.upstream.enqueue(answer);
    await ask({});
    expect(origins(stage as LoginStage)).toEqual([spareOrigin]);
    expect(JSON.stringify(host.upstream.requests[0]?.headers)).toContain(spareKey);
  });
});

const stream = { 'content-type': 'text/event-stream' };

function eventsOf(text: string, isWhole = false): readonly string[] {
  const usage = { input_tokens: 3, output_tokens: 1 };
  const message = { id: 'msg', type: 'message', role: 'assistant', model, content: [], usage };
  const block = { type: 'text', text: '' };
  const delta = { type: 'text_delta', text };
  const events = [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta },
  ];
  const ends = [
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage },
    { type: 'message_stop' },
  ];
  return [...events, ...(isWhole ? ends : [])].map(
    (event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
  );
}

function spareAs(origin: string): object {
  const credentials = [{ caller: true }];
  return { base_url: `${origin}/v1`, protocol: 'anthropic-messages', credentials };
}
