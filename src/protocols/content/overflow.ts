/**
 * What providers say of a prompt that is too long, in any protocol: how long it is, and how long it
 * may be.
 */

export interface OverflowTokens {
  readonly actual: number;
  readonly limit: number;
}

/** The two numbers of tokens in a sentence; undefined where it does not tell both. */
export function findOverflowTokens(said: string): OverflowTokens | undefined {
  const found = [...said.matchAll(/\b\d[\d,_]{2,}\b/g)].map(([digits]) =>
    Number(digits.replaceAll(/[,_]/g, '')),
  );
  const numbers = [...new Set(found)];
  if (numbers.length < 2) return undefined;
  return { actual: Math.max(...numbers), limit: Math.min(...numbers) };
}
