/**
 * The network of a home: every provider in it, what each request meets there, and all that was seen
 * of it, as the laws judge it.
 */

import { fingerprintOf } from '../../../src/config/secrets/fingerprint.ts';
import type { UpstreamCall, UpstreamHandler, UpstreamRequest } from '../../../src/host.ts';
import type { FakeHost, UpstreamStep } from '../../fakes/fake-host.ts';
import { FaultyUpstream, listWords, readRequest, usage } from '../faulty-upstream.ts';
import type { Phase } from '../scenario.ts';
import type { HeldSecret, KeyRing } from './keys.ts';
import type { Life } from './shared-store.ts';

/** One request to a provider. */
export interface Sent {
  readonly life: Life;
  readonly number: number;
  readonly origin: string;
  readonly provider: string;
  readonly model: string;
  readonly secret: string;
  readonly fingerprint: string;
  /** Undefined if no key of this home is or was this. */
  readonly owner: HeldSecret | undefined;
  /** How long the source of its key had not had this secret any more, ms. */
  readonly staleMs: number;
  /** Ms since the start. */
  readonly at: number;
  /** As the clock on the wall says. */
  readonly wallAt: number;
  /** Other requests for the same caller's request that were still open. */
  readonly beside: number;
  /** What goes wrong with it; undefined if it is answered well. */
  readonly trouble: string | undefined;
  status: number | undefined;
  end: 'open' | 'whole' | 'broken' | 'left';
}

export interface NetworkParts {
  readonly host: FakeHost;
  readonly keys: KeyRing;
  readonly startAt: number;
}

export class Network {
  readonly sent: Sent[] = [];
  readonly faulty: FaultyUpstream;
  readonly phases: Phase[] = [];
  /** Hosts at which anything ever went wrong. */
  readonly troubled = new Set<string>();
  /** Called for each request before it is answered. */
  onSent: (sent: Sent) => void = () => undefined;
  readonly #parts: NetworkParts;
  readonly #open = new Map<Sent, UpstreamCall>();
  #step: UpstreamStep = {};

  constructor(parts: NetworkParts) {
    this.#parts = parts;
    this.faulty = new FaultyUpstream(
      { phases: this.phases, healedAt: Number.POSITIVE_INFINITY },
      parts.startAt,
    );
    parts.host.upstream.answerBy(() => this.#step);
    parts.host.connectBy((origin) => this.#connect(origin));
  }

  send(life: Life, request: UpstreamRequest, handler: UpstreamHandler): UpstreamCall {
    const { host } = this.#parts;
    const sent = this.#note(life, request);
    const call = host.dispatch(request, {
      onHead: (status, headers) => {
        sent.status = status;
        if (!life.isOver) handler.onHead(status, headers);
      },
      onData: (chunk) => {
        if (!life.isOver) handler.onData(chunk);
      },
      onEnd: () => {
        this.#close(sent, 'whole');
        if (!life.isOver) handler.onEnd();
      },
      onError: (error, isUnsent) => {
        this.#close(sent, 'broken');
        if (!life.isOver) handler.onError(error, isUnsent);
      },
    });
    this.#open.set(sent, call);
    this.onSent(sent);
    return {
      pause: () => call.pause(),
      resume: () => call.resume(),
      abort: () => {
        if (sent.end === 'open') this.#close(sent, 'left');
        call.abort();
      },
    };
  }

  /** All that a killed process had open breaks. */
  drop(life: Life): void {
    for (const [sent, call] of this.#open)
      if (sent.life === life) {
        this.#close(sent, 'left');
        call.abort();
      }
  }

  listOpen(): readonly Sent[] {
    return [...this.#open.keys()];
  }

  heal(): void {
    this.phases.length = 0;
  }

  #close(sent: Sent, end: Sent['end']): void {
    sent.end = end;
    this.#open.delete(sent);
  }

  #note(life: Life, request: UpstreamRequest): Sent {
    const { host, keys, startAt } = this.#parts;
    const { number, provider, model, key: secret, partial } = readRequest(request);
    const now = host.clock.monotonic();
    const owner = keys.ownerOf(secret);
    const refusal =
      owner?.provider === provider ? keys.refusalOf(secret) : 'no key of this provider';
    const phase = this.faulty.phaseOf({ at: now, provider, key: secret, model });
    this.#step =
      refusal === undefined ? this.faulty.answer(request, now) : (refusals[refusal] ?? {});
    // An answer of which all was told has no rest, and its words do not end as a text does.
    const rest = partial === listWords(number).join('') ? 'nothing more to say' : undefined;
    const trouble = refusal ?? (phase && nameFault(phase.fault)) ?? rest;
    if (trouble !== undefined) this.troubled.add(new URL(request.origin).hostname);
    const sent: Sent = {
      life,
      number,
      provider,
      model,
      secret,
      owner,
      trouble,
      origin: request.origin,
      fingerprint: fingerprintOf(request.origin, secret),
      staleMs: keys.staleMs(secret),
      at: now - startAt,
      wallAt: host.clock.now(),
      beside: [...this.#open.keys()].filter((one) => one.life === life && one.number === number)
        .length,
      status: undefined,
      end: 'open',
    };
    this.sent.push(sent);
    return sent;
  }

  /** A connection without a request fails as one with a request would. */
  #connect(origin: string): UpstreamStep {
    const now = this.#parts.host.clock.monotonic() - this.#parts.startAt;
    const fault = this.phases.find(
      ({ provider, from, until, fault: { kind } }) =>
        kind === 'connect' && origin === `https://${provider}.test` && from <= now && now < until,
    )?.fault;
    return fault?.kind === 'connect'
      ? { error: Object.assign(new Error(fault.code), { code: fault.code }), delayMs: 2 }
      : {};
  }
}

export function nameFault(fault: Phase['fault']): string {
  switch (fault.kind) {
    case 'recorded':
      return `a recorded failure (${fault.pick})`;
    case 'status':
      return `a status ${fault.status} that means nothing${fault.quotes ? ', quoting key and question' : ''}`;
    case 'connect':
      return `no connection (${fault.code})`;
    case 'slow':
      return `a head after ${fault.delayMs} ms`;
    case 'finish':
      return `a finish word "${fault.word}"`;
    case 'silent':
      return 'silence';
    case 'empty':
      return 'an empty answer';
    default:
      return `${fault.kind} after ${fault.after} words`;
  }
}

const refuse = (status: number, error: object): UpstreamStep => ({
  status,
  headers: { 'content-type': 'application/json' },
  chunks: [JSON.stringify({ error })],
  delayMs: 5,
});

const refusals: Readonly<Record<string, UpstreamStep>> = {
  revoked: refuse(401, {
    message: 'Incorrect API key provided.',
    type: 'invalid_request_error',
    code: 'invalid_api_key',
  }),
  'refused for a moment': refuse(401, { message: 'Unauthorized' }),
  spent: refuse(429, {
    message: 'You exceeded your current quota.',
    type: 'insufficient_quota',
    code: 'insufficient_quota',
  }),
  'no key of this provider': refuse(401, {
    message: 'Incorrect API key provided.',
    code: 'invalid_api_key',
  }),
};

/** What a whole answer used, as budgets count it. */
export const usedTokens = usage.total_tokens;
