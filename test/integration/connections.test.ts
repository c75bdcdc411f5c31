/**
 * Connections to providers, through the engine and by a process of its own: kept where they can be,
 * secure, and no reason to stay.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/model/events.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { turns } from '../contracts/dispatch/listener.ts';
import { chunk, chunkedHead, RawProvider, whole } from '../contracts/dispatch/raw-provider.ts';
import { ReferenceStore } from '../fakes/reference-store.ts';
import { makeSelfSigned } from '../fakes/self-signed.ts';
import { ask } from './harness.ts';
import { anthropicMessages, endsWhole, openaiChat } from './protocol-cases.ts';

const streams = join(import.meta.dirname, '../fixtures/streams');
let provider: RawProvider;
let runtime: Runtime | undefined;

afterEach(async () => {
  await runtime?.close();
  await provider.close();
});

describe('streams one after the other', () => {
  it.each([
    ['openai-chat', openaiChat, 'openai-chat/stop.sse', 0],
    ['openai-chat, whose ends come late', openaiChat, 'openai-chat/stop.sse', 5],
    ['anthropic-messages', anthropicMessages, 'anthropic-messages/end-turn.sse', 0],
    [
      'anthropic-messages, whose ends come late',
      anthropicMessages,
      'anthropic-messages/end-turn.sse',
      5,
    ],
  ])('need one connection: %s', async (_name, tongue, file, later) => {
    const events = readFileSync(join(streams, file), 'utf8');
    provider = new RawProvider();
    await provider.listen();
    provider.answer = async (socket) => {
      socket.cork();
      socket.write(
        chunkedHead.replace('\r\n\r\n', '\r\ncontent-type: text/event-stream\r\n\r\n') +
          chunk(events),
      );
      if (later > 0) {
        socket.uncork();
        await turns(later);
      }
      socket.write('0\r\n\r\n');
      if (later === 0) socket.uncork();
    };
    const target = { base_url: `${provider.origin}/v1`, protocol: tongue.protocol, auth: 'none' };
    runtime = createRuntime({ config: { main: 'one/m', providers: { one: target } } });
    for (let count = 0; count < 4; count++) {
      expect(endsWhole((await ask(runtime, { stream: true }, { tongue })).text, tongue)).toBe(true);
      await turns(50);
    }
    expect(provider.connections).toBe(1);
  });
});

describe('a kept connection that ends as the next request is written', () => {
  it('is no failure of anybody: one attempt that was sent twice and says so, no mark, and the retry is still there', async () => {
    provider = new RawProvider();
    await provider.listen();
    const body = '{"choices":[{"index":0,"message":{"content":"hi"},"finish_reason":"stop"}]}';
    provider.greet = (socket) => {
      const isFirst = provider.connections === 1;
      socket.on('data', () => {
        if (isFirst && provider.requests.length > 0) socket.end();
      });
    };
    provider.answer = (socket) => {
      if (!socket.writableEnded) socket.write(whole(body, 'content-type: application/json\r\n'));
    };
    const store = new ReferenceStore();
    const events: EngineEvent[] = [];
    const target = { base_url: `${provider.origin}/v1`, protocol: 'openai-chat', auth: 'none' };
    runtime = createRuntime({
      config: { main: 'one/m', providers: { one: target } },
      store,
      onEvent: (event) => events.push(event),
    });
    expect((await ask(runtime)).status).toBe(200);
    await turns(50);
    const answer = await ask(runtime);
    expect(answer.text).toBe(body);
    expect(answer.headers['x-holdfast-attempts']).toBe('2');
    expect(provider.connections).toBe(2);
    const [, second] = runtime.records();
    expect(second).toMatchObject({ outcome: 'answered', answeredBy: 'one/m', skipped: [] });
    expect(second?.notes).toEqual([
      'one/m was sent the request twice: it had given up the connection before it read it',
    ]);
    expect(second?.attempts.map(({ failure, decision }) => ({ failure, decision }))).toEqual([{}]);
    expect((await store.readHealth()).marks).toEqual([]);
    expect(events.map(({ type }) => type).filter((type) => type !== 'asking')).toEqual([
      'finished',
      'finished',
    ]);
    const connections = events.flatMap((event) =>
      event.type === 'asking' ? [event.connection] : [],
    );
    expect(connections).toEqual([undefined, 'opening', 'open', undefined, 'opening', 'open']);
  });
});

describe('a process that asks over TLS', () => {
  it('trusts who is vouched for, skips half of a handshake where the server remembers, and ends by itself', async () => {
    const certificate = makeSelfSigned('localhost');
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-tls-'));
    const trusted = join(folder, 'trusted.pem');
    writeFileSync(trusted, certificate.cert);
    provider = new RawProvider(certificate);
    const met: unknown[] = [];
    provider.greet = (socket) => {
      if (socket instanceof TLSSocket) met.push([socket.servername, socket.isSessionReused()]);
      if (met.length === 2) provider.forgetSessions();
    };
    await provider.listen();
    const child = fork(
      join(import.meta.dirname, '../processes/wire-process.ts'),
      [String(provider.port)],
      {
        execArgv: [],
        env: { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: trusted },
      },
    );
    const ended = once(child, 'exit');
    const [report] = await once(child, 'message');
    expect(report).toEqual(Array(6).fill({ status: 200, text: 'ok' }));
    expect(provider.requests.map(({ connection }) => connection)).toEqual([1, 1, 2, 3, 4, 4]);
    expect(met).toEqual([
      ['localhost', false],
      ['localhost', true],
      ['localhost', false],
      [false, false],
    ]);
    expect(await ended).toEqual([0, null]);
    rmSync(folder, { recursive: true });
  });
});
