/** Token counts from a provider's message that a prompt is too long: its length and the limit. */

export interface OverflowTokens {
  readonly actual: number;
  readonly limit: number;
}

/** Undefined unless the sentence has both numbers. */
export function findOverflowTokens(said: string): OverflowTokens | undefined {
  const found = [...said.matchAll(/\b\d[\d,_]{2,}\b/g)].map(([digits]) =>
    Number(digits.replaceAll(/[,_]/g, '')),
  );
  const numbers = [...new Set(found)];
  if (numbers.length < 2) return undefined;
  return { actual: Math.max(...numbers), limit: Math.min(...numbers) };
}
