/** Counts and traces finished requests, and serves `/metrics`. */

import type { WorkerCounts } from '../../explain/snapshot/snapshot.ts';
import { Counters } from '../../metrics/counters.ts';
import { prometheusType, renderMetrics } from '../../metrics/prometheus.ts';
import { RefusalCounts } from '../../metrics/refusals.ts';
import { SpanSender } from '../../metrics/span-sender.ts';
import { readTraceSettings } from '../../metrics/trace-settings.ts';
import type { RefusedCaller } from '../../model/events.ts';
import type { Runtime } from '../../runtime.ts';
import { type Incoming, metricsPath, scopeWrong } from '../incoming.ts';
import type { RequestTally } from '../processes.ts';
import { methodNotTaken } from '../refusals.ts';

/** Values read at the moment of the request. */
interface Gauged {
  readonly gateway: { inflight(): number };
  readonly workers?: { counts(): WorkerCounts } | undefined;
  readonly running: () => { readonly startedAt: number };
  readonly runtime: Pick<Runtime, 'logins'>;
}

export class Telemetry {
  readonly #counters: Counters;
  readonly refusals = new RefusalCounts();
  /** Counts here; in a worker, at its primary. */
  readonly tally: RequestTally;
  /** Is called after each of them: a snapshot from before would not have it. */
  onRefused: () => void = () => undefined;
  /** Undefined if tracing is off. */
  readonly spans: SpanSender | undefined;

  /** `elsewhere` counts in its place. Default: it counts itself. */
  constructor(
    { host, config, emit }: Pick<Runtime, 'host' | 'config' | 'emit'>,
    elsewhere?: RequestTally,
  ) {
    this.#counters = new Counters(config);
    // The log has the first of a kind, the 10th, and so on.
    const noteRefusal = (refusal: RefusedCaller): void => {
      const text = this.refusals.note(refusal, host.clock.now());
      if (text !== undefined) emit({ type: 'warning', code: 'caller-refused', text });
      this.onRefused();
    };
    const note = this.#counters.note.bind(this.#counters);
    this.tally = elsewhere ?? { note, noteRefusal };
    const settings = readTraceSettings(host.environment);
    const onFault = (text: string): void => emit({ type: 'warning', code: 'spans-lost', text });
    if (settings !== undefined && 'problem' in settings) onFault(settings.problem);
    else if (settings !== undefined) this.spans = new SpanSender(host, settings, onFault);
  }

  /** Throws `RequestError` for a key without access, and for another method. */
  answer(
    { request, response, holder }: Incoming,
    { gateway, workers, running, runtime }: Gauged,
  ): void {
    if (holder.scope === 'call') throw scopeWrong(holder, 'metrics');
    const { method } = request;
    if (method !== 'GET' && method !== 'HEAD')
      throw methodNotTaken(metricsPath, method, 'GET, HEAD');
    response.writeHead(200, { 'content-type': prometheusType, 'cache-control': 'no-store' });
    const gauges = {
      inflight: gateway.inflight(),
      startedAt: running().startedAt,
      refusals: this.refusals.list(),
      lostTokens: runtime.logins.vault.countLost(),
      workers: workers?.counts(),
    };
    response.end(renderMetrics(this.#counters, gauges));
  }
}
