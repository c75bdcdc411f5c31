/**
 * The logins that callers bring with their requests (law 2). They are kept in memory alone: the
 * redactor knows each from its arrival until ten minutes after its last use, so that nothing of it
 * is written (law 20), and one that was refused is not shown to its vendor again for a while.
 */

import { createHash } from 'node:crypto';
import { fingerprintOf } from '../../config/secrets/fingerprint.ts';
import type { Clock, Timer } from '../../host.ts';
import type { CallerLogin, PackedBody, Secret } from '../../model/credential.ts';
import type { BroughtLogin, Headers } from '../../model/request.ts';
import { builtinEntries } from '../../providers/builtin.ts';
import type { Redactor } from '../redact/redact.ts';
import { HiddenSecret } from './read-secret.ts';

const rememberedMs = 10 * 60_000;
/** More people than use one gateway within ten minutes. */
const mostLogins = 1000;
/**
 * For so long every refusal is told: Codex shows a refused login once more before it renews it, and
 * several of its requests may be under way.
 */
const toldMs = 10_000;
/** What brings the same login again after that cannot renew it: others answer until then. */
const refusedMs = 5 * 60_000;

/** The headers in which a vendor, or its program, names the account that a login belongs to. */
const accountHeaders = builtinEntries.flatMap(({ accountHeader }) => accountHeader ?? []);

/** What is known of one login while it is in use. */
interface Known {
  readonly secrets: readonly string[];
  /** Monotonic ms, as `refusedAt` is. */
  lastUsedAt: number;
  refusedAt?: number;
  account?: string | undefined;
}

export class CallerLogins {
  readonly #redactor: Redactor;
  readonly #clock: Clock;
  /** By their secrets, the one unused for longest first. */
  readonly #known = new Map<string, Known>();
  #timer: Timer | undefined;

  constructor(redactor: Redactor, clock: Clock) {
    this.#redactor = redactor;
    this.#clock = clock;
  }

  /** Call it before anything of the request is told to anybody. */
  meet(brought: BroughtLogin, headers: Headers, caller: string | undefined): CallerLogin {
    const secrets = brought.names.map((name) => secretIn(headers[name] ?? ''));
    const known = this.#use(secrets);
    return new MetLogin(brought, { known, headers, caller, clock: this.#clock });
  }

  /** Its request is over: from now on it counts as unused. */
  noteEnd({ secret }: CallerLogin): void {
    this.#use(secret.reveal().split('\n'));
  }

  #use(secrets: readonly string[]): Known {
    const key = secrets.join('\n');
    const known = this.#known.get(key) ?? { secrets, lastUsedAt: 0 };
    known.lastUsedAt = this.#clock.monotonic();
    this.#known.delete(key);
    this.#known.set(key, known);
    for (const secret of secrets) this.#redactor.lend(secret);
    if (this.#known.size > mostLogins) this.#forgetFirst();
    this.#timer ??= this.#clock.startTimer(rememberedMs, () => this.#forgetUnused());
    return known;
  }

  #forgetUnused(): void {
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    for (const { lastUsedAt } of [...this.#known.values()])
      if (lastUsedAt + rememberedMs <= now) this.#forgetFirst();
    const [next] = this.#known.values();
    if (next === undefined) return;
    const ms = Math.min(rememberedMs, next.lastUsedAt + rememberedMs - now);
    this.#timer = this.#clock.startTimer(ms, () => this.#forgetUnused());
  }

  #forgetFirst(): void {
    const [first] = this.#known;
    if (first === undefined) return;
    const [key, { secrets }] = first;
    this.#known.delete(key);
    for (const secret of secrets) this.#redactor.forgetLent(secret);
  }
}

/** Returns the secret of a header such as `Bearer …`. */
function secretIn(value: string): string {
  return value.replace(/^\S+\s+(?=\S)/, '').trim();
}

interface Meeting {
  readonly known: Known;
  readonly headers: Headers;
  readonly caller: string | undefined;
  readonly clock: Pick<Clock, 'monotonic'>;
}

class MetLogin implements CallerLogin {
  readonly secret: Secret;
  readonly names: readonly string[];
  readonly query: string;
  readonly isAlone: boolean;
  readonly packed: PackedBody | undefined;
  isOnly: boolean;
  target?: string;
  credentialId?: string;
  readonly #meeting: Meeting;

  constructor({ names, query, isAlone, packed }: BroughtLogin, meeting: Meeting) {
    this.names = names;
    this.query = query;
    this.isAlone = isAlone;
    this.isOnly = isAlone;
    this.packed = packed;
    this.#meeting = meeting;
    this.secret = new HiddenSecret(meeting.known.secrets.join('\n'), "[a caller's login]");
    this.#learnAccount(meeting.headers);
  }

  get account(): string | undefined {
    return this.#meeting.known.account;
  }

  fingerprintAt(origin: string): string {
    return fingerprintOf(origin, this.secret.reveal());
  }

  noteAnswer(headers: Headers): void {
    this.#learnAccount(headers);
  }

  noteRefused(): void {
    if (this.#refusedForMs >= refusedMs)
      this.#meeting.known.refusedAt = this.#meeting.clock.monotonic();
  }

  isRefused(): boolean {
    const forMs = this.#refusedForMs;
    return forMs >= toldMs && forMs < refusedMs;
  }

  get #refusedForMs(): number {
    const { known, clock } = this.#meeting;
    return clock.monotonic() - (known.refusedAt ?? Number.NEGATIVE_INFINITY);
  }

  /**
   * People of one company share its id, but not their plans: those with gateway keys of their own
   * are told apart by these.
   */
  #learnAccount(headers: Headers): void {
    const { known, caller } = this.#meeting;
    for (const name of accountHeaders) {
      const id = headers[name];
      if (id !== undefined && id !== '') known.account = hashOf([name, id, caller ?? '']);
    }
  }
}

/** The id itself is nobody's business: marks are stored, and shown. */
function hashOf(parts: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `login:${hash.slice(0, 16)}`;
}
