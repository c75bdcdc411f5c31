/** Laws of the faults by model name, over real sockets. */

import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSimClient } from '../../test/fakes/sim-client.ts';
import { type SimulatedProvider, startSimulatedProvider } from './index.ts';

let sim: SimulatedProvider;

beforeAll(async () => {
  sim = await startSimulatedProvider({ timeScale: 0.01 });
});
afterEach(() => sim.reset());
afterAll(() => sim.close());

const { ask, statuses } = createSimClient(() => sim);

/** What arrives before the stream ends or breaks. */
async function readAll(response: Response): Promise<{ text: string; isBroken: boolean }> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
    return { text, isBroken: false };
  } catch {
    return { text, isBroken: true }; // what this helper is for
  }
}

/** The texts of a stream's content events. */
function contents(text: string): readonly string[] {
  return text
    .split(/\r?\n\r?\n/)
    .filter((event) => event.startsWith('data: {'))
    .flatMap((event) => {
      try {
        return [JSON.parse(event.slice(6)).choices?.[0]?.delta.content];
      } catch {
        return []; // the malformed event
      }
    })
    .filter((content) => typeof content === 'string' && content !== '');
}

/** Resolves when the claim holds; looks again at each turn of the event loop. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

describe('models', () => {
  it.each([
    ['sim/status-503', [503, 503, 503]],
    ['sim/status-500-once', [500, 200, 200]],
    ['sim/status-500-times-2', [500, 500, 200]],
    ['sim/429-once-after-2', [429, 200]],
    ['sim/429-forever', [429, 429]],
    ['sim/context-overflow', [400]],
    ['sim/content-policy', [400]],
    ['sim/no-prefill', [200]],
    ['sim/html-200', [200]],
    ['sim/html-502', [502]],
    ['sim/empty', [200]],
    ['sim/error-in-200', [200]],
    ['sim/anything', [200]],
    ['gpt-6', [200]],
  ])('%s answers %j', async (model, expected) => {
    expect(await statuses({ model }, expected.length)).toEqual(expected);
  });

  it.each([
    ['sim/quoted-401', 401, 'litellm.BadRequestError: OpenAIException - {', 'token_invalidated'],
    ['sim/quoted-429', 429, 'litellm.RateLimitError: OpenAIException - {', 'insufficient_quota'],
    ['sim/quoted-503', 503, 'litellm.APIError: OpenAIException - {', 'server_is_overloaded'],
  ])(
    '%s has its own status, and the words of its upstream in its own',
    async (model, status, begin, code) => {
      const answer = await ask({ model });
      const { error } = JSON.parse(await answer.text());
      expect([answer.status, error.code]).toEqual([status, String(status)]);
      expect(error.message).toMatch(new RegExp(`^${begin.replace('{', '\\{')}.*"${code}"`));
    },
  );

  it.each([
    ['sim/only-reasoning', { content: '', finish: 'length' }],
    ['sim/refusal', { content: "I'm sorry, but I can't help with that.", finish: 'stop' }],
    ['sim/think-text', { content: expect.stringMatching(/^<think>/), finish: 'stop' }],
    ['sim/titles', { content: 'Simulated title of this session', finish: 'stop' }],
  ])('%s says what no agent can use, or what it asked for', async (model, expected) => {
    const messages = [
      { role: 'system', content: 'Generate a short title.' },
      { role: 'user', content: 'hello' },
    ];
    const { choices } = JSON.parse(await (await ask({ model, messages })).text());
    const [{ message, finish_reason: finish }] = choices;
    expect({ content: message.content, finish }).toEqual(expected);
  });

  it('counts a once-fault per model name and begins anew after a reset', async () => {
    expect(await statuses({ model: 'sim/status-500-once+a' }, 2)).toEqual([500, 200]);
    expect(await statuses({ model: 'sim/status-500-once+b' }, 1)).toEqual([500]);
    await fetch(`${sim.origin}/sim/reset`, { method: 'POST' });
    expect(await statuses({ model: 'sim/status-500-once+a' }, 1)).toEqual([500]);
  });

  it('sends Retry-After with a 429 that has one, and not with 429-forever', async () => {
    const once = await ask({ model: 'sim/429-once-after-2' });
    expect([once.headers.get('retry-after'), once.headers.get('retry-after-ms')]).toEqual([
      '1',
      '20',
    ]);
    const forever = await ask({ model: 'sim/429-forever' });
    expect(forever.headers.get('retry-after')).toBeNull();
    await Promise.all([once.text(), forever.text()]);
  });

  it('is down for the stated time from the first request', async () => {
    let now = 1000;
    const own = await startSimulatedProvider({
      clock: { now: () => now, sleep: () => Promise.resolve() },
    });
    const seen: number[] = [];
    for (const at of [1000, 60_999, 61_000]) {
      now = at;
      seen.push(...(await statuses({ at: own, model: 'sim/down-60s' }, 1)));
    }
    await own.close();
    expect(seen).toEqual([503, 503, 200]);
  });

  it.each([
    ['sim/reset', 'ECONNRESET'],
    ['sim/truncated-head', 'UND_ERR_SOCKET|ECONNRESET|HPE_'],
  ])('%s breaks the connection before the head', async (model, code) => {
    const failure: unknown = await ask({ model }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TypeError);
    expect(JSON.stringify(failure instanceof Error ? { cause: failure.cause } : {})).toMatch(
      new RegExp(code),
    );
  });

  it('resets once, then answers', async () => {
    await expect(ask({ model: 'sim/reset-once' })).rejects.toThrow();
    expect(await statuses({ model: 'sim/reset-once' }, 1)).toEqual([200]);
  });

  it('promises more than it sends', async () => {
    expect(await readAll(await ask({ model: 'sim/wrong-length' }))).toMatchObject({
      isBroken: true,
    });
  });

  it.each([
    ['sim/cut-after-4', 4],
    ['sim/cut-after-0', 0],
  ])('%s delivers its content events and closes the connection', async (model, events) => {
    const { text, isBroken } = await readAll(await ask({ model, stream: true }));
    expect(isBroken).toBe(true);
    expect(contents(text)).toHaveLength(events);
    await until(() => sim.log().every((attempt) => attempt.durationMs !== null));
    expect(sim.log()).toMatchObject([{ eventsSent: events, fault: model.slice(4) }]);
    expect(sim.log()[0]).not.toHaveProperty('hungUpAtMs');
  });

  it('cuts a JSON body too', async () => {
    expect(await readAll(await ask({ model: 'sim/cut-after-4' }))).toMatchObject({
      isBroken: true,
    });
  });

  it('sends invalid JSON as the Nth content event, the rest intact', async () => {
    const { text } = await readAll(await ask({ model: 'sim/malformed-3', stream: true }));
    const { text: plain } = await readAll(await ask({ model: 'sim/malformed-9+', stream: true }));
    expect(contents(text)).toEqual(['sim/malformed-3', ' heard:', ' there', ' ~5/5']);
    expect(contents(plain)).toHaveLength(10);
    expect(text).toContain('[DONE]');
  });

  it('ends without [DONE] but with usage', async () => {
    const { text, isBroken } = await readAll(await ask({ model: 'sim/no-done', stream: true }));
    expect([isBroken, text.includes('[DONE]'), text.includes('"finish_reason":"stop"')]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('sends an error event in the stream, or an error as a 200', async () => {
    const { text } = await readAll(await ask({ model: 'sim/error-in-stream', stream: true }));
    expect(contents(text)).toHaveLength(3);
    expect(text).toContain('data: {"error":');
    const { text: body } = await readAll(await ask({ model: 'sim/error-in-200', stream: true }));
    expect(JSON.parse(body)).toHaveProperty('error');
  });

  it('ends lines with CR LF, and sends comments, when asked to', async () => {
    const { text: crlf } = await readAll(await ask({ model: 'sim/crlf', stream: true }));
    expect(crlf.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    const { text } = await readAll(await ask({ model: 'sim/keepalive-comments', stream: true }));
    expect(text).toContain(': keep-alive\n\n');
    expect(contents(text)).toEqual(['sim/keepalive-comments', ' heard:', ' hello', ' there']);
  });

  it('sends exactly N content events for long-N', async () => {
    const { text } = await readAll(await ask({ model: 'sim/long-5000', stream: true }));
    expect(contents(text)).toHaveLength(5000);
  });

  it('sends the head of a slow answer at once', async () => {
    const own = await startSimulatedProvider({ timeScale: 1000 });
    const controller = new AbortController();
    const ask20 = { at: own, model: 'sim/slow-first-20s', stream: true, signal: controller.signal };
    expect((await ask(ask20)).status).toBe(200);
    controller.abort();
    await until(() => own.log()[0]?.hungUpAtMs !== undefined);
    await own.close();
  });

  it.each(['sim/silent', 'sim/stall-after-2'])(
    '%s waits until the client hangs up, and sees it',
    async (model) => {
      const controller = new AbortController();
      const answer = ask({ model, stream: true, signal: controller.signal }).then(readAll);
      const outcome = answer.catch(() => 'hung up');
      const events = model === 'sim/silent' ? 0 : 2;
      await until(() => sim.log()[0]?.fault !== null && sim.log()[0]?.eventsSent === events);
      controller.abort();
      await outcome;
      await until(() => sim.log()[0]?.hungUpAtMs !== undefined);
      expect(await statuses({}, 1)).toEqual([200]);
    },
  );

  it('refuses a trailing assistant message where it takes no prefill, and continues one elsewhere', async () => {
    const messages = [
      { role: 'user', content: 'count' },
      { role: 'assistant', content: 'sim/cut-after-4 heard: count ~4/6' },
    ];
    expect(await statuses({ model: 'sim/no-prefill', messages }, 1)).toEqual([400]);
    const { text } = await readAll(await ask({ messages, stream: true }));
    expect(contents(text)).toEqual([' ~5/6', ' ~6/6']);
    expect(sim.log().map((attempt) => attempt.prefill)).toEqual([true, true]);
  });

  it('gives a vendor’s model or key the fault it is told to', async () => {
    const own = await startSimulatedProvider({
      faults: [
        { model: 'mimo-v2', fault: 'status-503-once' },
        { key: 'tp-secret', fault: 'flaky-1' },
        { model: 'deepseek-chat', key: 'sk-sim-good', fault: 'sim/429-forever' },
      ],
    });
    expect(await statuses({ at: own, model: 'mimo-v2' }, 2)).toEqual([503, 200]);
    expect(await statuses({ at: own, key: 'tp-secret' }, 3)).toEqual([200, 401, 200]);
    expect(await statuses({ at: own, model: 'deepseek-chat' }, 1)).toEqual([429]);
    expect(await statuses({ at: own, model: 'deepseek-chat', key: 'sk-sim-good+2' }, 1)).toEqual([
      200,
    ]);
    await own.close();
  });

  it('refuses options that make no sense before it listens', async () => {
    await expect(startSimulatedProvider({ faults: [{ fault: 'stauts-503' }] })).rejects.toThrow(
      'stauts-503',
    );
    await expect(startSimulatedProvider({ timeScale: -1 })).rejects.toThrow('timeScale');
  });
});

describe('streams', () => {
  it('keeps hundreds of streams apart', async () => {
    const models = Array.from({ length: 300 }, (_, index) => `sim/long-${index + 20}`);
    const answers = await Promise.all(
      models.map(
        async (model) => contents((await readAll(await ask({ model, stream: true }))).text).length,
      ),
    );
    expect(answers).toEqual(models.map((_, index) => index + 20));
  });

  it('does not write ahead of a client that does not read, and sees it hang up', async () => {
    const body = JSON.stringify({
      model: 'sim/long-300000',
      stream: true,
      messages: [{ role: 'user', content: 'x' }],
    });
    const socket = connect(sim.port, '127.0.0.1');
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: sim\r\nAuthorization: Bearer sk-sim-good\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    socket.pause();
    let before = -1;
    await until(() => (sim.log()[0]?.eventsSent ?? 0) > 100);
    while (before !== sim.log()[0]?.eventsSent) {
      before = sim.log()[0]?.eventsSent ?? 0;
      for (let turn = 0; turn < 50; turn += 1)
        await new Promise((resolve) => setImmediate(resolve));
    }
    expect(before).toBeLessThan(200_000);
    socket.destroy();
    await until(() => sim.log()[0]?.hungUpAtMs !== undefined);
  });
});
