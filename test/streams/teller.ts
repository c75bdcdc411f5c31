/**
 * An upstream that tells one answer, breaks off at given bytes, and goes on in a given manner when
 * it is asked for the rest.
 */

import type { Dispatch, UpstreamHandler } from '../../src/host.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { createFakeHost, type FakeHost } from '../fakes/fake-host.ts';
import { chatTongue } from './chat-tongue.ts';
import type { Delta, Tale, Tongue } from './tongue.ts';

/** How the first stream ends at the cut. */
export type Ending = 'reset' | 'clean end' | 'silence';

/**
 * How the rest is told: from where the text stops, from the beginning, or with the last words
 * again. `another`: it begins anew and turns into another answer; `nothing`: it ends at once.
 */
export type Manner = 'exact' | 'restart' | 'overlap' | 'another' | 'nothing';

export const endings: readonly Ending[] = ['reset', 'clean end', 'silence'];

/** Those that go on with the same answer. */
export const manners: readonly Manner[] = ['exact', 'restart', 'overlap'];

export interface Telling {
  /**
   * How many bytes of each attempt's stream come, in order; the attempts after these are not cut.
   */
  readonly cuts: readonly number[];
  readonly ending: Ending;
  readonly manner: Manner;
  /** Bytes handed over at a time. Default: all at once. */
  readonly chunkSize?: number;
  /** How long the caller reads nothing after each write. Default: it always reads. */
  readonly drainMs?: number;
  /** Time that passes after it. Default: a minute, over which the share of retries is counted. */
  readonly restMs?: number;
}

/** The SSE bytes of a tale, small so that every byte can be a cut. */
export function bytesOf(tale: Tale): Buffer {
  return tell(tale, false);
}

function tell(tale: Tale, isRest: boolean): Buffer {
  const { thinking, deltas } = tale;
  const block = thinking === undefined ? [] : piecesOf(`<think>${thinking}</think>\n\n`);
  return tongueOf(tale).bytesOf({ ...tale, deltas: [...block, ...deltas] }, isRest);
}

function piecesOf(text: string): readonly Delta[] {
  return (text.match(/[\s\S]{1,5}/g) ?? []).map((content) => ({ content }));
}

export function tongueOf({ tongue = chatTongue }: Tale): Tongue {
  return tongue;
}

export function callersTongue(tale: Tale): Tongue {
  return tale.asked ?? tongueOf(tale);
}

export function textOf(deltas: readonly Delta[]): string {
  return deltas.map(({ content }) => (typeof content === 'string' ? content : '')).join('');
}

/** Where each event begins: the cuts between events. */
export function boundariesOf(bytes: Buffer): readonly number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf('\n\n'); at >= 0; at = bytes.indexOf('\n\n', at + 2))
    found.push(at + 2);
  return found;
}

/** One engine with one target that tells the tale; how each telling breaks is set by `next`. */
export class Teller {
  readonly host: FakeHost = createFakeHost();
  readonly runtime: Runtime;
  readonly #tale: Tale;
  readonly #bytes: Buffer;
  #telling: Telling = { cuts: [], ending: 'reset', manner: 'exact' };
  /** The body of every request of the last telling. */
  bodies: string[] = [];

  constructor(tale: Tale, settings: object = {}, config: object = {}) {
    this.#tale = tale;
    this.#bytes = bytesOf(tale);
    this.runtime = createRuntime({
      host: { ...this.host, dispatch: this.#dispatch },
      config: {
        main: { provider: 'one', model: 'm' },
        providers: {
          one: {
            base_url: 'https://one.example/v1',
            protocol: tongueOf(tale).protocol,
            api_key: `sk-test-${'0'.repeat(8)}`,
            pace: 'quick',
            ...settings,
          },
        },
        ...config,
      },
    });
  }

  /** Asks once, and returns what the caller got. */
  async tell(telling: Telling, body: object = {}): Promise<string> {
    this.#telling = telling;
    this.bodies = [];
    const got: string[] = [];
    let isOver = false;
    const tongue = callersTongue(this.#tale);
    const named = tongue.query === undefined ? { model: 'main', stream: true } : {};
    const request = { ...named, ...tongue.body, ...body };
    const decoder = new TextDecoder();
    const exchange = this.runtime
      .exchange(
        {
          method: 'POST',
          path: tongue.path,
          query: tongue.query,
          headers: {},
          body: Buffer.from(JSON.stringify(request)),
          signal: new AbortController().signal,
        },
        {
          head: () => undefined,
          write: (chunk) => {
            got.push(decoder.decode(chunk, { stream: true }));
            return telling.drainMs === undefined;
          },
          onDrain: (resume) => void this.host.clock.startTimer(telling.drainMs ?? 0, resume),
          end: (chunk) => void got.push(decoder.decode(chunk ?? new Uint8Array())),
        },
      )
      .then(() => {
        isOver = true;
      });
    await this.host.advance(1);
    while (!isOver) await this.host.advance(1000);
    await exchange;
    await this.host.advance(telling.restMs ?? 60_000);
    return got.join('');
  }

  readonly #dispatch: Dispatch = (request, handler) => {
    const cut = this.#telling.cuts[this.bodies.length];
    const whole = this.#rest(tongueOf(this.#tale).findPartial(String(request.body)));
    const isCut = cut !== undefined && cut < whole.length;
    this.bodies.push(String(request.body));
    const call = { isAborted: false };
    queueMicrotask(() => {
      if (call.isAborted) return;
      handler.onHead(200, { 'content-type': 'text/event-stream' });
      handOver(isCut ? whole.subarray(0, cut) : whole, this.#telling.chunkSize, (chunk) => {
        if (!call.isAborted) handler.onData(chunk);
      });
      if (!call.isAborted) finish(handler, isCut ? this.#telling.ending : 'clean end');
    });
    return {
      pause: () => undefined,
      resume: () => undefined,
      abort: () => {
        call.isAborted = true;
      },
    };
  };

  #rest(partial: string | undefined): Buffer {
    if (partial === undefined) return this.#bytes;
    const { deltas } = this.#tale;
    const pieces = piecesOf(restOf(textOf(deltas), partial, this.#telling.manner));
    const others = deltas.filter(({ tool_calls }) => tool_calls !== undefined);
    return tell({ ...this.#tale, deltas: [...pieces, ...others] }, true);
  }
}

function restOf(whole: string, partial: string, manner: Manner): string {
  switch (manner) {
    case 'exact':
      return whole.slice(partial.length);
    case 'restart':
      return whole;
    case 'overlap':
      return whole.slice(Math.max(0, partial.length - 40)); // sixteen are evidence, and a run of spaces counts as one
    case 'another':
      return `${whole.slice(0, 100)} and then all was different`;
    case 'nothing':
      return '';
  }
}

function handOver(bytes: Buffer, size = bytes.length, take: (chunk: Buffer) => void): void {
  for (let at = 0; at < bytes.length; at += size) take(bytes.subarray(at, at + size));
}

function finish(handler: UpstreamHandler, ending: Ending): void {
  if (ending === 'clean end') handler.onEnd();
  if (ending === 'reset')
    handler.onError(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }), false);
}
