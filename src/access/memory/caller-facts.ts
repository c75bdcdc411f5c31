/**
 * What a request says of who asks: its session, which only chooses among keys (step 1), and for its
 * record a name, without secrets (step 7).
 */

import type { Redactor } from '../../credentials/redact/redact.ts';
import type { Clock } from '../../host.ts';
import type { Headers } from '../../model/request.ts';

/** Names are remembered, since the same callers come again: so many, then all anew. */
const mostNames = 1000;
const longestName = 60;
const latelyMs = 3_600_000;
/** No name of a key has a blank in it. */
const saidByItself = ' (user-agent)';

export class CallerFacts {
  readonly #redactor: Pick<Redactor, 'redact'>;
  readonly #names = new Map<string, string>();
  readonly #sessions = new Map<string, string>();
  readonly #clock: Pick<Clock, 'monotonic'>;
  #last: string | undefined;
  /** When another caller came than the one before, monotonic ms. */
  #changedAt = Number.NEGATIVE_INFINITY;

  constructor(redactor: Pick<Redactor, 'redact'>, clock: Pick<Clock, 'monotonic'>) {
    this.#redactor = redactor;
    this.#clock = clock;
  }

  /** More than one has come lately. */
  hasSeveral(): boolean {
    return this.#clock.monotonic() - this.#changedAt < latelyMs;
  }

  /** The name of who asks: its key's, else what it says of itself. */
  meet(keyName: string | undefined, userAgent = ''): string | undefined {
    const said =
      userAgent === '' ? undefined : (this.#names.get(userAgent) ?? this.#nameOf(userAgent));
    const name = keyName ?? said;
    if (name === this.#last || name === undefined) return name;
    if (this.#last !== undefined) this.#changedAt = this.#clock.monotonic();
    this.#last = name;
    return name;
  }

  /**
   * `claude-cli (user-agent)` for `claude-cli/2.0.37 (external, cli)`: one name whatever its
   * version, and none that a gateway key can have: what a client says of itself must not count as
   * that key's.
   */
  #nameOf(userAgent: string): string {
    const [product = ''] = userAgent.split(/[\s(]/);
    const name = this.#redactor.redact(product.replace(/\/v?\d.*$/, '').slice(0, longestName));
    return remember(this.#names, userAgent, `${name}${saidByItself}`);
  }

  sessionOf(named: string): string {
    return (
      this.#sessions.get(named) ?? remember(this.#sessions, named, this.#redactor.redact(named))
    );
  }
}

function remember(known: Map<string, string>, key: string, made: string): string {
  if (known.size >= mostNames) known.clear();
  known.set(key, made);
  return made;
}

/** Ours first, then those of known agents: Claude Code, Codex (session, thread), OpenCode. */
const sessionHeaders = [
  'x-holdfast-session',
  'x-claude-code-session-id',
  'session-id',
  'thread-id',
  'x-session-id',
  'x-session-affinity',
] as const;

/** A longer value is no id. */
const longestId = 200;

export function sessionNamed(headers: Headers): string | undefined {
  for (const name of sessionHeaders) {
    const value = headers[name];
    if (value !== undefined && value !== '' && value.length <= longestId) return value;
  }
  return undefined;
}
