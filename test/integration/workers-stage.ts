/**
 * A gateway with workers as its users run it, the load on it, and what its primary has recorded.
 * Every request says how it ended: whole, broken, or refused.
 */

import { readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { RequestRecord } from '../../src/model/record.ts';
import type { GatewayProcess } from './gateway-process.ts';

export interface Ended {
  /** Undefined if no head came. */
  readonly id: string | undefined;
  readonly status: number | undefined;
  /** `whole`: as the provider sent it. `wrong`: told as whole, and it is not. */
  readonly how: 'whole' | 'broken' | 'refused' | 'wrong' | 'hangs';
  /** Epoch ms. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Content events of each stream. */
const events = 40;

/** No request of these takes as long: it hangs. */
const hangMs = 60_000;

export interface Load {
  /** Keep a connection, or make one for each request. */
  readonly isKept: boolean;
  readonly isStream: boolean;
}

/** Sends one request and follows it to its end; never rejects. */
export function askOnce(
  gateway: Pick<GatewayProcess, 'url' | 'key'>,
  agent: Agent,
  isStream: boolean,
): Promise<Ended> {
  const startedAt = Date.now();
  const content = `say ${Math.random().toString(36).slice(2)}`;
  const { promise, resolve } = Promise.withResolvers<Ended>();
  let head: IncomingMessage | undefined;
  let text = '';
  const end = (how: Ended['how']): void => {
    clearTimeout(timer);
    const id = head?.headers['x-holdfast-request-id'];
    resolve({
      id: typeof id === 'string' ? id : undefined,
      status: head?.statusCode,
      how,
      startedAt,
      endedAt: Date.now(),
    });
  };
  const timer = setTimeout(() => end('hangs'), hangMs);
  const asked = request(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    agent,
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
  });
  asked.on('error', () => end('broken'));
  asked.on('response', (answer) => {
    head = answer;
    answer.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    answer.on('error', () => end('broken'));
    answer.on('end', () => {
      if (!answer.complete) end('broken');
      else if (answer.statusCode !== 200) end('refused');
      else end(isStream ? judgeStream(text) : judgeWhole(text, content));
    });
  });
  const model = isStream ? `sim/sim/long-${events}` : 'sim/sim/echo';
  asked.end(JSON.stringify({ model, stream: isStream, messages: [{ role: 'user', content }] }));
  return promise;
}

function judgeStream(text: string): Ended['how'] {
  if (text.includes('"error"')) return 'broken';
  if (!text.includes('data: [DONE]')) return 'wrong';
  const told = [...text.matchAll(/"content":"([^"]+)"/g)].length;
  return told === events ? 'whole' : 'wrong';
}

function judgeWhole(text: string, content: string): Ended['how'] {
  return text.includes(`heard: ${content}"`) && text.endsWith('}') ? 'whole' : 'wrong';
}

/** Sends one request after the other until it is told to stop. */
export async function keepAsking(
  gateway: GatewayProcess,
  { isKept, isStream }: Load,
  isOver: () => boolean,
): Promise<readonly Ended[]> {
  const all: Ended[] = [];
  const agent = new Agent({ keepAlive: isKept, maxSockets: 1 });
  while (!isOver()) all.push(await askOnce(gateway, agent, isStream));
  agent.destroy();
  return all;
}

/** The worker processes of a primary, as Linux knows them. */
export function listWorkers(primary: number): readonly number[] {
  const text = readFileSync(`/proc/${primary}/task/${primary}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

/** Asks the admin API how many workers take requests. */
export async function countServing(gateway: GatewayProcess, adminKey: string): Promise<number> {
  const answer = await fetch(`${gateway.url}/metrics`, {
    headers: { authorization: `Bearer ${adminKey}` },
  });
  const text = answer.ok ? await answer.text() : '';
  return Number(/^holdfast_workers (\d+)$/m.exec(text)?.[1] ?? 0);
}

/** Asks the admin API for a record. */
export async function findRecord(
  gateway: GatewayProcess,
  adminKey: string,
  id: string,
): Promise<RequestRecord | undefined> {
  const answer = await fetch(`${gateway.url}/admin/records/${id}`, {
    headers: { authorization: `Bearer ${adminKey}` },
  });
  return answer.status === 200 ? parseRecord(await answer.json()) : undefined;
}

function parseRecord(value: unknown): RequestRecord {
  return value as RequestRecord;
}
