/** Schema of the settings about money: spending limits per period. Caller keys use it too. */

import { z } from 'zod';
import { type SpendingLimit, spendingPeriods, spendingUnits } from '../../model/spending.ts';
import { count, none, optionalField } from './fields.ts';

export const budget = z
  .strictObject({
    usd: optionalField(z.number().positive(), 'US dollars.', none()),
    tokens: optionalField(count, 'Tokens, in and out together.', none()),
    requests: optionalField(count, 'Attempts that reach a provider and are not refused.', none()),
    per: z
      .enum(spendingPeriods)
      .describe(
        'Renewed at the full hour, at 00:00 or on the 1st, all UTC. Default: none, required.',
      ),
  })
  .refine((said) => spendingUnits.some((unit) => said[unit] !== undefined), {
    error: 'a budget needs usd, tokens or requests',
  });

export type BudgetSettings = z.infer<typeof budget>;

export function budgetOf(whom: string): z.ZodOptional<typeof budget> {
  return optionalField(
    budget,
    `Limits what ${whom} may spend, such as \`{usd: 5, per: day}\`.`,
    'no limit',
  );
}

/** Each unit it names becomes a separate limit. */
export function toLimits(
  said: BudgetSettings | undefined,
  place: Pick<SpendingLimit, 'of' | 'setBy' | 'caller'>,
): readonly SpendingLimit[] {
  if (said === undefined) return [];
  return spendingUnits.flatMap((unit) => {
    const limit = said[unit];
    return limit === undefined ? [] : [{ ...place, unit, limit, per: said.per }];
  });
}
