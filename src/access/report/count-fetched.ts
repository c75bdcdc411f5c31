/**
 * Counts what an answer in the background has used (step 7 of a request): where its end is first
 * told, by whichever process, at the prices of the target that made it. Budgets have counted what
 * it might use.
 */

import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import { addUpCost, costOf } from '../../cost/cost-of.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { Engine } from '../request/engine.ts';
import { spentBy } from '../spending/request-spending.ts';

interface Fetching {
  readonly engine: Pick<Engine, 'bindings' | 'ledger'>;
  readonly config: Pick<ResolvedConfig, 'providers'>;
}

/** `object`: the id that was fetched. A record without usage is returned as it is. */
export async function countFetched(
  { engine: { bindings, ledger }, config: { providers } }: Fetching,
  object: string,
  record: RequestRecord,
): Promise<RequestRecord> {
  const { operation, usage, attempts, joints, outcome } = record;
  if (operation !== 'responses' || usage === undefined) return record;
  const debt = await bindings.takeOwed(object);
  const last = attempts.at(-1);
  const before = attempts.slice(0, -1);
  if (debt === undefined || last === undefined) {
    const rest = attempts.map((one) => ({ ...one, usage: undefined, usd: undefined }));
    return { ...record, attempts: rest, usage: undefined, cost: undefined };
  }
  const { target, booking } = debt;
  const slash = target.indexOf('/');
  const payer = providers.get(target.slice(0, slash))?.targetFor(target.slice(slash + 1));
  const usd = payer && costOf(usage, payer);
  const isUnpriced: true | undefined =
    usd === undefined && payer?.billing === 'metered' ? true : undefined;
  const all = [...before, { ...last, target, usage, usd, isUnpriced }];
  const cost = payer && addUpCost({ attempts: all, joints, outcome }, payer);
  if (payer !== undefined && booking !== undefined)
    await ledger.correct(booking, spentBy(usage, payer));
  return { ...record, attempts: all, cost };
}
