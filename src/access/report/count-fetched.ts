/**
 * Counts what an answer in the background has used (step 7 of a request): when it is first fetched
 * after its end, by whichever process, at the prices of the target that made it.
 */

import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import { addUpCost, costOf } from '../../cost/cost-of.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { Engine } from '../request/engine.ts';

interface Fetching {
  readonly engine: Pick<Engine, 'bindings'>;
  readonly config: Pick<ResolvedConfig, 'providers'>;
}

/** `object`: the id that was fetched. A record without usage is returned as it is. */
export async function countFetched(
  { engine, config: { providers } }: Fetching,
  object: string,
  record: RequestRecord,
): Promise<RequestRecord> {
  const { operation, usage, attempts, joints, outcome } = record;
  if (operation !== 'responses' || usage === undefined) return record;
  const owed = await engine.bindings.takeOwed(object);
  const last = attempts.at(-1);
  const before = attempts.slice(0, -1);
  if (owed === undefined || last === undefined) {
    const rest = attempts.map((one) => ({ ...one, usage: undefined, usd: undefined }));
    return { ...record, attempts: rest, usage: undefined, cost: undefined };
  }
  const slash = owed.indexOf('/');
  const payer = providers.get(owed.slice(0, slash))?.targetFor(owed.slice(slash + 1));
  const usd = payer && costOf(usage, payer);
  const isUnpriced: true | undefined =
    usd === undefined && payer?.billing === 'metered' ? true : undefined;
  const all = [...before, { ...last, target: owed, usage, usd, isUnpriced }];
  const cost = payer && addUpCost({ attempts: all, joints, outcome }, payer);
  return { ...record, attempts: all, cost };
}
