/** Token counts from a provider's message that a prompt is too long: its length and the limit. */

export interface OverflowTokens {
  readonly actual: number;
  readonly limit: number;
}

/** The only group is the number; the first match counts. */
const limits: readonly RegExp[] = [
  /maximum (?:context|prompt) length (?:is|of) (\d[\d,]*)/i,
  /too large for model with (\d[\d,]*) maximum context length/i,
  /context (?:length|size|window) \((\d[\d,]*) tokens\)/i,
  /(?:tokens|context limit: [\d,]+ \+ [\d,]+) > (\d[\d,]*)/i,
  /maximum number of tokens allowed \((\d[\d,]*)\)/i,
  /range of input length should be \[\d+, ?(\d[\d,]*)\]/i,
  /model token limit: (\d[\d,]*)/i,
  /max input tokens=(\d[\d,]*)/i,
  /`?max_new_tokens`? must be <= (\d[\d,]*)/i,
  /\bn_ctx: (\d+)/i,
];

/** Undefined unless the sentence says which number is the limit. */
export function findLimit(said: string): number | undefined {
  const digits = limits.map((limit) => limit.exec(said)?.[1]).find((one) => one !== undefined);
  const tokens = Number(digits?.replaceAll(',', ''));
  return Number.isSafeInteger(tokens) && tokens > 0 ? tokens : undefined;
}

/** Undefined unless the sentence has both numbers, and leaves no doubt which is which. */
export function findOverflowTokens(said: string): OverflowTokens | undefined {
  const found = [...said.matchAll(/\b\d[\d,_]{2,}\b/g)].map(([digits]) =>
    Number(digits.replaceAll(/[,_]/g, '')),
  );
  const numbers = [...new Set(found)];
  const limit = findLimit(said) ?? (numbers.length === 2 ? Math.min(...numbers) : undefined);
  if (limit === undefined) return undefined;
  const others = numbers.filter((number) => number !== limit);
  // what is too much only together, as a prompt and `max_tokens`
  const isOver = others.some((number) => number > limit);
  const actual = isOver ? Math.max(...others) : others.reduce((sum, number) => sum + number, 0);
  return actual > limit ? { actual, limit } : undefined;
}
