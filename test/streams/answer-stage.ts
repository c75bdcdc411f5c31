/**
 * An engine with one or two targets of given protocols, each of which answers as told; for laws
 * about how answers end.
 */

import type { UpstreamRequest } from '../../src/host.ts';
import type { Mark } from '../../src/model/failure.ts';
import type { ProtocolName } from '../../src/model/protocol.ts';
import type { RequestRecord } from '../../src/model/record.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { createFakeHost, type FakeHost, type UpstreamStep } from '../fakes/fake-host.ts';
import { ReferenceStore } from '../fakes/reference-store.ts';
import { type Ask, protocols } from './answers.ts';

export interface Told {
  readonly status: number;
  readonly text: string;
  readonly record: RequestRecord | undefined;
  /** The target of each request, in order. */
  readonly asked: readonly string[];
}

export interface AnswerStage {
  readonly host: FakeHost;
  readonly runtime: Runtime;
  ask(ask: Ask): Promise<Told>;
  /** What is held back. */
  marks(): Promise<readonly Mark[]>;
}

/**
 * Targets are `one`, `two`, …; each has the protocol of its place, and answers what `answer` says.
 */
export function stageAnswers(
  spoken: readonly ProtocolName[],
  answer: (target: string, request: UpstreamRequest) => UpstreamStep,
): AnswerStage {
  const host = createFakeHost();
  const names = ['one', 'two', 'three'].slice(0, spoken.length);
  const provider = (name: string, index: number): object => ({
    base_url: `https://${name}.example/v1`,
    protocol: spoken[index] ?? protocols[0],
    api_key: `sk-test-${name.repeat(4)}`,
  });
  const [main, ...rest] = names.map((name) => ({ provider: name, model: 'm' }));
  const store = new ReferenceStore();
  const runtime = createRuntime({
    host,
    store,
    config: {
      main,
      fallback_chain: rest,
      providers: Object.fromEntries(names.map((name, index) => [name, provider(name, index)])),
    },
  });
  host.upstream.answerBy((request) => answer(nameOf(request), request));
  const marks = async (): Promise<readonly Mark[]> => (await store.readHealth()).marks;
  return { host, runtime, marks, ask: (ask) => carry(runtime, host, ask) };
}

function nameOf({ origin }: UpstreamRequest): string {
  return new URL(origin).hostname.split('.')[0] ?? '';
}

async function carry(
  runtime: Runtime,
  host: FakeHost,
  { path, query, body, takeBodyMemory }: Ask,
): Promise<Told> {
  const told = { status: 0, text: '' };
  const before = host.upstream.requests.length;
  let isOver = false;
  const take = (chunk?: Uint8Array): boolean => {
    told.text += Buffer.from(chunk ?? []).toString();
    return true;
  };
  const exchange = runtime
    .exchange(
      {
        method: 'POST',
        path,
        query,
        headers: {},
        body: Buffer.from(JSON.stringify(body)),
        takeBodyMemory,
        signal: new AbortController().signal,
      },
      {
        head: (status) => Object.assign(told, { status }),
        write: take,
        onDrain: (resume) => resume(),
        end: take,
      },
    )
    .finally(() => {
      isOver = true;
    });
  await host.advance(1);
  for (let steps = 0; !isOver && steps < 300; steps++) await host.advance(1000);
  await exchange;
  const asked = host.upstream.requests.slice(before).map(nameOf);
  return { ...told, record: runtime.records().at(-1), asked };
}

export const eventStream = { 'content-type': 'text/event-stream' };
