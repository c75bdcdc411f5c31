/** How much of its limits each key has left, by the headers of its latest answer. They are kept as they came, and read when somebody asks. */

import type { Clock } from '../host.ts';
import type { LimitLeft } from '../model/credential.ts';
import type { Headers } from '../model/request.ts';
import { builtinLimitHeaders, type LimitHeaders } from '../providers/signatures/limit-headers.ts';
import { parseReset } from './classify/retry-after.ts';

/** Beyond it, whoever was first to answer is forgotten. */
const mostKeys = 5000;

export class LimitsLeft {
  readonly #clock: Clock;
  /** By fingerprint: another secret has limits of its own. */
  readonly #latest = new Map<string, { headers: Headers; at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Cheap: every answer comes by here. */
  note(fingerprint: string, headers: Headers): void {
    const at = this.#clock.now();
    const known = this.#latest.get(fingerprint);
    if (known === undefined) {
      this.#latest.set(fingerprint, { headers, at });
      if (this.#latest.size > mostKeys) this.#latest.delete(this.#latest.keys().next().value ?? '');
    } else {
      known.headers = headers;
      known.at = at;
    }
  }

  /** Of the limit with the smallest share left. Undefined: nothing was said, or it is full again. */
  find(fingerprint: string): LimitLeft | undefined {
    const { headers = {}, at = 0 } = this.#latest.get(fingerprint) ?? {};
    return builtinLimitHeaders
      .flatMap((row) => readLimit(row, headers, at))
      .filter(({ renewsAt }) => renewsAt > this.#clock.now())
      .reduce<LimitLeft | undefined>((a, b) => (a === undefined || b.share < a.share ? b : a), undefined);
  }
}

function readLimit({ of, says, reset }: LimitHeaders, headers: Headers, asOf: number): readonly LimitLeft[] {
  const numberIn = (name: string): number => Number.parseFloat(headers[name] ?? '');
  const resetMs = parseReset(headers[reset] ?? '', asOf);
  const share =
    'used' in says ? 1 - numberIn(says.used) : Math.max(0, numberIn(says.left)) / numberIn(says.limit);
  if (resetMs === undefined || !Number.isFinite(share)) return [];
  return [{ of, share: Math.min(1, Math.max(0, share)), renewsAt: Math.round(asOf + resetMs), asOf }];
}
