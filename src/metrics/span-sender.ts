/**
 * Sends spans to a collector: selected when a request ends, built and sent in batches, outside the
 * path of requests.
 */

import type { Host } from '../host.ts';
import type { RequestRecord } from '../model/record.ts';
import { Batches } from '../store/batches.ts';
import { recordKindOf } from '../store/policy.ts';
import { collectAnswer } from '../transport/collect-answer.ts';
import { spansOf, toDocument } from './spans.ts';
import type { TraceSettings } from './trace-settings.ts';

interface TracedRequest {
  readonly record: RequestRecord;
  readonly traceparent: string | undefined;
}

/** Whole answers with long thinking take minutes, but no first content should take this long. */
const slowMs = 30_000;
/** Applies to successful requests. */
const share = 0.01;
/** More spans than this may not wait for a slow collector: they are dropped. */
const waitingLimit = 1000;
/** In bytes. The collector's answer is not used. */
const answerBytes = 16 * 1024 * 1024;

export class SpanSender {
  readonly #host: Host;
  readonly #settings: TraceSettings;
  readonly #onFault: (text: string) => void;
  readonly #waiting: Batches<TracedRequest>;
  /** Is remembered to log each change once. */
  #isFailing = false;

  constructor(host: Host, settings: TraceSettings, onFault: (text: string) => void) {
    this.#host = host;
    this.#settings = settings;
    this.#onFault = onFault;
    this.#waiting = new Batches({
      clock: host.clock,
      write: (rows) => this.#send(rows),
      onFault: () => undefined,
      limit: waitingLimit,
      isDispensable: () => true,
    });
  }

  /**
   * Keeps every request that failed, was rescued or was slow, and one in a hundred of the others.
   */
  note(record: RequestRecord, traceparent: string | undefined): void {
    const isNotable =
      recordKindOf(record) !== 'plain' || (record.firstEventMs ?? record.durationMs) >= slowMs;
    if (!isNotable && this.#host.random() >= share) return;
    this.#waiting.add({ record, traceparent });
  }

  async close(): Promise<void> {
    await this.#waiting.close();
  }

  async #send(rows: readonly TracedRequest[]): Promise<void> {
    const spans = rows.flatMap(({ record, traceparent }) => spansOf(record, traceparent));
    const text = JSON.stringify(toDocument(spans, this.#settings.resource));
    const fault = await this.#post(Buffer.from(text));
    if ((fault !== undefined) === this.#isFailing) return;
    this.#isFailing = fault !== undefined;
    const where = `${this.#settings.origin}${this.#settings.path}`;
    this.#onFault(
      fault === undefined ? `spans reach ${where} again` : `spans do not reach ${where}: ${fault}`,
    );
  }

  /** Resolves with the error's text, if any; never rejects. */
  async #post(body: Buffer): Promise<string | undefined> {
    const { dispatch, clock } = this.#host;
    const { origin, path, headers, timeoutMs } = this.#settings;
    const late = new Error(`no answer within ${timeoutMs} ms`);
    const tooLong = new Error(`it answers with more than ${answerBytes} bytes`);
    const limits = { clock, timeoutMs, late, bytes: answerBytes, tooLong };
    try {
      const request = { origin, path, method: 'POST', headers, body } as const;
      const { status } = await collectAnswer((handler) => dispatch(request, handler), limits);
      return status < 300 ? undefined : `it answers ${status}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
