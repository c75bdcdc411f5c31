/** Counts and traces finished requests, and serves `/metrics`. */

import { Counters } from '../../metrics/counters.ts';
import { prometheusType, renderMetrics } from '../../metrics/prometheus.ts';
import { RefusalCounts } from '../../metrics/refusals.ts';
import { SpanSender } from '../../metrics/span-sender.ts';
import { readTraceSettings } from '../../metrics/trace-settings.ts';
import type { RefusedCaller } from '../../model/events.ts';
import type { Runtime } from '../../runtime.ts';
import { type Incoming, metricsPath, scopeWrong } from '../incoming.ts';
import { methodNotTaken } from '../refusals.ts';

/** Values read at the moment of the request. */
interface Gauged {
  readonly live: () => readonly unknown[];
  readonly running: () => { readonly startedAt: number };
}

export class Telemetry {
  readonly counters: Counters;
  readonly refusals = new RefusalCounts();
  /** Counts a refused request; the log has the first of a kind, the 10th, and so on. */
  readonly noteRefusal: (refusal: RefusedCaller) => void;
  /** Is called after each of them: a snapshot from before would not have it. */
  onRefused: () => void = () => undefined;
  /** Undefined if tracing is off. */
  readonly spans: SpanSender | undefined;

  constructor({ host, config, emit }: Pick<Runtime, 'host' | 'config' | 'emit'>) {
    this.counters = new Counters(config);
    this.noteRefusal = (refusal) => {
      const text = this.refusals.note(refusal, host.clock.now());
      if (text !== undefined) emit({ type: 'warning', code: 'caller-refused', text });
      this.onRefused();
    };
    const settings = readTraceSettings(host.environment);
    const onFault = (text: string): void => emit({ type: 'warning', code: 'spans-lost', text });
    if (settings !== undefined && 'problem' in settings) onFault(settings.problem);
    else if (settings !== undefined) this.spans = new SpanSender(host, settings, onFault);
  }

  /** Throws `RequestError` for a key without access, and for another method. */
  answer({ request, response, holder }: Incoming, { live, running }: Gauged): void {
    if (holder.scope === 'call') throw scopeWrong(holder, 'metrics');
    const { method } = request;
    if (method !== 'GET' && method !== 'HEAD')
      throw methodNotTaken(metricsPath, method, 'GET, HEAD');
    response.writeHead(200, { 'content-type': prometheusType, 'cache-control': 'no-store' });
    const gauges = {
      inflight: live().length,
      startedAt: running().startedAt,
      refusals: this.refusals.list(),
    };
    response.end(renderMetrics(this.counters, gauges));
  }
}
