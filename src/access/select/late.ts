/**
 * Puts keys that would certainly refuse a request behind the others of their target (step 2 of a
 * request), by what is known of limits (certain-refusal.ts). None is left out: where no other key
 * can be used, it is asked.
 */

import type { SecretReader } from '../../credentials/sources/read-secret.ts';
import type { Host } from '../../host.ts';
import type { ReadBody } from '../../protocols/contract/protocol.ts';
import type { KnownLimits } from '../memory/known-limits.ts';
import { leastInput } from '../spending/estimate.ts';
import { describeLate } from '../wording/limits.ts';
import type { Candidate, Skip } from './candidate.ts';

/** The part of the engine that knows of limits. */
export interface LimitsEngine {
  readonly host: Pick<Host, 'clock'>;
  readonly reader: Pick<SecretReader, 'peek'>;
  readonly limits: Pick<KnownLimits, 'isEmpty' | 'refusalOf'>;
}

/** The candidates of one request. */
interface OfRequest {
  readonly body: Pick<ReadBody, 'conversationId' | 'byteLength' | 'parseToTranslate'>;
  readonly session: string | undefined;
  readonly skipped: Map<string, unknown>;
  isOver(candidate: Candidate): boolean;
  skip(candidate: Candidate, why: Skip): void;
}

/** Knows, for one request, which keys are late. */
export class Lateness {
  readonly #engine: LimitsEngine;
  readonly #candidates: OfRequest;
  #leastInput: number | undefined;

  constructor(engine: LimitsEngine, candidates: OfRequest) {
    this.#engine = engine;
    this.#candidates = candidates;
  }

  /**
   * Yields the conversation's own key of one target and the others, late ones last. `isNoted`: they
   * count as passed over until their turn has come.
   */
  *putLast(
    own: Candidate | undefined,
    others: Iterable<Candidate>,
    isNoted: boolean,
  ): Iterable<Candidate> {
    const late: Candidate[] = [];
    if (own !== undefined && !this.#isPassed(own, late, isNoted)) yield own;
    for (const candidate of others) if (!this.#isPassed(candidate, late, isNoted)) yield candidate;
    for (const candidate of late) {
      if (isNoted) this.#candidates.skipped.delete(candidate.key);
      yield candidate;
    }
  }

  /** Says why it is tried later than the other keys of its target; undefined: it is not. */
  why({ credential, place, target }: Candidate): Skip | undefined {
    const { limits, reader, host } = this.#engine;
    const isAlone = (place.pool?.credentials.length ?? 0) < 2;
    if (limits.isEmpty || isAlone || credential === undefined || credential.source === 'caller')
      return undefined;
    const reading = reader.peek(credential);
    if (reading.state !== 'ok') return undefined;
    const { account = reading.fingerprint } = credential;
    const owner = { site: target.site, account, model: target.model };
    const { byteLength: bytes } = this.#candidates.body;
    const refusal = limits.refusalOf(owner, { bytes, tokens: () => this.#countInput() });
    if (refusal === undefined) return undefined;
    const reason = describeLate(refusal, target.provider, host.clock.now());
    return { cause: 'rate-limit', reason, until: refusal.until };
  }

  #isPassed(candidate: Candidate, late: Candidate[], isNoted: boolean): boolean {
    const why = this.why(candidate);
    if (why === undefined || this.#candidates.isOver(candidate)) return false;
    late.push(candidate);
    if (isNoted) this.#candidates.skip(candidate, why);
    return true;
  }

  /**
   * Counts nothing of a conversation: what was said before may come from the provider's cache, and
   * then it takes nothing from some limits.
   */
  #countInput(): number {
    const { body, session } = this.#candidates;
    const isConversation = (session ?? body.conversationId()) !== undefined;
    this.#leastInput ??= isConversation ? 0 : leastInput(body);
    return this.#leastInput;
  }
}
