/** Tokens of a text by its length, rather too many than too few: where nobody can be asked. */

/** A tokenizer makes one of 3 to 4 characters of English, code or JSON. */
const asciiPerToken = 3.5;

/** Outside of ASCII a character is about a token of its own. */
export function countText(text: string): number {
  const others = text.replace(/[\0-\x7f]+/g, '').length;
  return (text.length - others) / asciiPerToken + others;
}
