/**
 * Identifies the caller: its session, which only chooses among keys (step 1), and for its record a
 * name without secrets (step 7).
 */

import type { Redactor } from '../../credentials/redact/redact.ts';
import type { Clock } from '../../host.ts';
import type { Headers } from '../../model/request.ts';
import { escapeControls } from '../wording/escape-controls.ts';

/** Names are cached, since the same callers return; beyond this many the cache starts over. */
const maxNames = 1000;
const maxNameLength = 60;
/** A longer value is not an id. */
const maxIdLength = 200;
const latelyMs = 3_600_000;
/** No name of a key contains a blank. */
const saidByItself = ' (user-agent)';

/** Ids that a caller's headers name, without secrets and control characters. */
export interface SessionNames {
  readonly session?: string | undefined;
  readonly agent?: string | undefined;
}

export class CallerFacts {
  readonly #redactor: Pick<Redactor, 'redact'>;
  readonly #names = new Map<string, string>();
  readonly #ids = new Map<string, string>();
  readonly #clock: Pick<Clock, 'monotonic'>;
  #last: string | undefined;
  /** The time of the last change of caller, monotonic ms. */
  #changedAt = Number.NEGATIVE_INFINITY;

  constructor(redactor: Pick<Redactor, 'redact'>, clock: Pick<Clock, 'monotonic'>) {
    this.#redactor = redactor;
    this.#clock = clock;
  }

  /** True when more than one caller came recently. */
  hasSeveral(): boolean {
    return this.#clock.monotonic() - this.#changedAt < latelyMs;
  }

  /** Returns the caller's name: its key's, else from its user-agent. */
  meet(keyName: string | undefined, userAgent = ''): string | undefined {
    const said =
      userAgent === '' ? undefined : (this.#names.get(userAgent) ?? this.#nameOf(userAgent));
    const name = keyName ?? said;
    if (name === this.#last || name === undefined) return name;
    if (this.#last !== undefined) this.#changedAt = this.#clock.monotonic();
    this.#last = name;
    return name;
  }

  /** Returns the same name, and notes nobody. */
  nameOf(keyName: string | undefined, userAgent = ''): string | undefined {
    return keyName ?? (userAgent === '' ? undefined : this.#nameOf(userAgent));
  }

  /**
   * Returns `claude-cli (user-agent)` for `claude-cli/2.0.37 (external, cli)`: one name for all
   * versions, and none that a gateway key can have, because a client's own words must not count as
   * that key.
   */
  #nameOf(userAgent: string): string {
    const [product = ''] = userAgent.split(/[\s(]/);
    const name = this.#redactor.redact(product.replace(/\/v?\d.*$/, '').slice(0, maxNameLength));
    return remember(this.#names, userAgent, `${name}${saidByItself}`);
  }

  /** Names a session, and its sub-agent if the headers have one, for a record. */
  namesOf(session: string, headers: Headers): SessionNames {
    const agent = headers[agentHeader];
    return {
      session: this.#idOf(session),
      agent: agent === undefined ? undefined : this.#idOf(agent),
    };
  }

  /** Undefined for what is no id. */
  #idOf(named: string): string | undefined {
    if (named === '' || named.length > maxIdLength) return undefined;
    const known = this.#ids.get(named);
    return known ?? remember(this.#ids, named, escapeControls(this.#redactor.redact(named)));
  }
}

function remember(known: Map<string, string>, key: string, made: string): string {
  if (known.size >= maxNames) known.clear();
  known.set(key, made);
  return made;
}

/** Ours first, then those of known agents: Claude Code, Codex (of any version), OpenCode. */
const sessionHeaders = [
  'x-holdfast-session',
  'x-claude-code-session-id',
  'session-id',
  'session_id',
  'thread-id',
  'x-session-id',
  'x-session-affinity',
] as const;

/** Claude Code names the sub-agent that asks. */
const agentHeader = 'x-claude-code-agent-id';

export function sessionNamed(headers: Headers): string | undefined {
  for (const name of sessionHeaders) {
    const value = headers[name];
    if (value !== undefined && value !== '' && value.length <= maxIdLength) return value;
  }
  return undefined;
}
