/**
 * The budgets of one request: which ones count it, what an attempt may cost, and what it did cost
 * (steps 2 and 3 of a request).
 */

import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import { costOf } from '../../cost/cost-of.ts';
import type { Host } from '../../host.ts';
import type { Credential } from '../../model/credential.ts';
import type { Failure } from '../../model/failure.ts';
import { keepingOperations, type Operation } from '../../model/protocol.ts';
import type { Usage } from '../../model/record.ts';
import type { AccessRequest } from '../../model/request.ts';
import type { Booking, SpendingLimit, Spent } from '../../model/spending.ts';
import type { Target } from '../../model/target.ts';
import type { ReadBody } from '../../protocols/contract/protocol.ts';
import { dust } from '../../store/policy.ts';
import { listLimits, nothingSpent } from './account.ts';
import { estimateUsage, mayBeBilled, unreadUsage } from './estimate.ts';
import type { Ledger } from './ledger.ts';
import { describeShortage, describeUnpriced, type Shortage } from './wording.ts';

/** A target with the account of a key, which would be paid. */
interface Payee {
  readonly target: Target;
  readonly credential: Credential | undefined;
}

/** The cost of an attempt. */
type Paid =
  | { readonly kind: 'failed'; readonly failure: Failure; readonly usage?: Usage | undefined }
  | { readonly kind: 'answered' | 'broken' | 'client-gone'; readonly usage?: Usage | undefined };

/** Releases what an attempt reserved, and books its cost. Undefined: unknown. */
export type SettleMoney = (paid: Paid | undefined) => Booking;

export interface SpendingParts {
  readonly engine: { readonly ledger: Ledger; readonly host: Pick<Host, 'clock'> };
  readonly config: ResolvedConfig;
  readonly request: Pick<AccessRequest, 'operation' | 'passage' | 'budgets'>;
  readonly task: string;
  readonly body: ReadBody;
  /** The first target of its route. */
  readonly first: Target | undefined;
}

/** Operations that are free at every provider, or are paid later. */
const uncounted: ReadonlySet<Operation> = new Set(['count-tokens', ...keepingOperations]);

/** Returns undefined if no budget counts the request. */
export function openSpending(parts: SpendingParts): RequestSpending | undefined {
  return uncounted.has(parts.request.operation) ? undefined : new RequestSpending(parts);
}

export class RequestSpending {
  readonly #parts: SpendingParts;
  /** Limits of the request itself, whichever candidate is asked. */
  readonly #own: readonly SpendingLimit[];
  readonly #usages = new Map<string, Usage>();
  /** Why the request ends here: one of its own budgets has no room. */
  refusal: Shortage | undefined;

  constructor(parts: SpendingParts) {
    const { config, request, task } = parts;
    const { all = [], tasks } = config.spending ?? {};
    this.#parts = parts;
    this.#own = [...(request.budgets ?? []), ...(tasks?.get(task) ?? []), ...all];
  }

  /** Returns why this candidate may not be asked: its own budgets, or an unknown price. */
  judge({ target, credential }: Payee): Shortage | undefined {
    const limits = this.#limitsOf(target, credential);
    const priced = target.billing !== 'metered' || target.price !== undefined;
    const counting = priced
      ? undefined
      : [...limits, ...this.#own].find(({ unit }) => unit === 'usd');
    if (counting !== undefined) return describeUnpriced(target.id, counting);
    return this.#findShortage(limits, target);
  }

  /** Returns why nobody may be asked for this request, if it were this candidate's turn. */
  judgeOwn({ target }: Payee): Shortage | undefined {
    return this.#findShortage(this.#own, target);
  }

  /** Knows what other processes have given back, before somebody is refused for it. */
  async lookAgain(): Promise<void> {
    const { engine, config, request, first } = this.#parts;
    const limits = [...(request.budgets ?? []), ...listLimits(config.spending)];
    const need = first === undefined ? nothingSpent : this.#needOf(first);
    await engine.ledger.lookAgain(limits, need);
  }

  /**
   * Returns undefined if it does not fit: for nobody (`refusal`), or because another request was
   * faster.
   */
  async hold(payee: Payee): Promise<SettleMoney | undefined> {
    const { target, credential } = payee;
    this.refusal = this.judgeOwn(payee);
    if (this.refusal !== undefined || this.judge(payee) !== undefined) return undefined;
    const need = this.#needOf(target);
    const limits = [...this.#own, ...this.#limitsOf(target, credential)];
    const settle = await this.#parts.engine.ledger.reserve(limits, need);
    if (settle !== undefined) return (paid) => settle(toSpent(paid, target, need));
    this.refusal = this.judgeOwn(payee);
    return undefined;
  }

  #limitsOf({ provider }: Target, credential: Payee['credential']): readonly SpendingLimit[] {
    const ofProvider = this.#parts.config.spending?.providers.get(provider) ?? [];
    return credential?.budgets === undefined ? ofProvider : [...ofProvider, ...credential.budgets];
  }

  #findShortage(limits: readonly SpendingLimit[], target: Target): Shortage | undefined {
    if (limits.length === 0) return undefined;
    const need = this.#needOf(target);
    const standings = limits.map((limit) => this.#parts.engine.ledger.standingOf(limit));
    const short = standings.filter(
      ({ unit, spent, held, limit }) => spent + held + need[unit] > limit + dust,
    );
    const [first] = short
      .filter(({ unit }) => need[unit] > 0)
      .toSorted((one, other) => other.renewsAt - one.renewsAt);
    return first && describeShortage(first, need[first.unit], this.#parts.engine.host.clock.now());
  }

  #needOf(target: Target): Spent {
    return spentBy(this.#usageFor(target), target);
  }

  #usageFor(target: Target): Usage {
    const { request, body } = this.#parts;
    if (request.passage !== undefined) return unreadUsage;
    const known = this.#usages.get(target.id);
    if (known !== undefined) return known;
    const usage = estimateUsage(body, target, request.operation === 'embed');
    this.#usages.set(target.id, usage);
    return usage;
  }
}

/** A refusal costs nothing; a target that worked but reported no usage costs the estimate. */
function toSpent(paid: Paid | undefined, target: Target, need: Spent): Spent {
  if (paid?.usage !== undefined) return spentBy(paid.usage, target);
  return paid?.kind === 'failed' && !mayBeBilled(paid.failure) ? nothingSpent : need;
}

/** Returns what one attempt spends that uses this. */
export function spentBy(usage: Usage, target: Target): Spent {
  const { inputTokens = 0, outputTokens = 0 } = usage;
  return { usd: costOf(usage, target) ?? 0, tokens: inputTokens + outputTokens, requests: 1 };
}
