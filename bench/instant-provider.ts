/**
 * A host without a network: requests to the provider are stored and answered when the bench says
 * so. Its clock is moved by hand.
 */

import { createNodeHost } from '../src/host/node-host.ts';
import type { Host, UpstreamHandler } from '../src/host.ts';

const answer = Buffer.from(
  JSON.stringify({
    choices: [
      { index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' },
    ],
  }),
);
const refusal = Buffer.from(
  JSON.stringify({ error: { message: 'slow down', type: 'rate_limit_error' } }),
);
const jsonType = { 'content-type': 'application/json' };

export class InstantProvider {
  readonly host: Host;
  /** Called as soon as a request would go on the wire. */
  onRequest: () => void = () => undefined;
  readonly #underWay: UpstreamHandler[] = [];
  #now = 1_800_000_000_000;

  constructor() {
    const real = createNodeHost({ HOLDFAST_HOME: '/nonexistent' });
    this.host = {
      ...real,
      clock: { ...real.clock, now: () => this.#now },
      dispatch: (_request, handler) => {
        this.#underWay.push(handler);
        this.onRequest();
        return { pause: () => undefined, resume: () => undefined, abort: () => undefined };
      },
    };
  }

  get underWay(): number {
    return this.#underWay.length;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  /** Answers the request that has waited longest. */
  answer(): void {
    const handler = this.#underWay.shift();
    handler?.onHead(200, jsonType);
    handler?.onData(answer);
    handler?.onEnd();
  }

  /** Refuses it for a time with 429 and `retry-after`. */
  refuse(seconds: number): void {
    const handler = this.#underWay.shift();
    handler?.onHead(429, { ...jsonType, 'retry-after': String(seconds) });
    handler?.onData(refusal);
    handler?.onEnd();
  }
}
