/**
 * Tokens of a text by what it is made of, where nobody can be asked: the one estimate in the house. Measured against the tokenizers of
 * gpt-5 and DeepSeek V3 (count-text.test.ts): within 15 % of both on English, code, Chinese and Japanese.
 */

type CharacterKind = 'letters' | 'digits' | 'blanks' | 'breaks' | 'signs' | 'others';

/** A word up to this length is one token; of a longer one this many letters are one more. */
const usualWord = 8;
const lettersPerPart = 4;
const digitsPerToken = 3;
const signsPerToken = 3;

const kinds: readonly CharacterKind[] = Array.from({ length: 128 }, (_, code) =>
  kindOf(String.fromCharCode(code)),
);

/** Some vendors' tokenizers make more of the same text. */
const caution = 1.15;

/** Rather too many than too few, for those who must not run into a limit. */
export function countCautiously(text: string): number {
  return countText(text) * caution;
}

/** May be a fraction. */
export function countText(text: string): number {
  let tokens = 0;
  let start = 0;
  let kind: CharacterKind = 'others';
  let isUpper = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const next = kinds[code] ?? 'others';
    const isCapital = code >= 65 && code <= 90;
    // Indentation belongs to its line break; a capital after a small letter begins a word.
    const goesOn = kind === next ? !(isCapital && !isUpper && next === 'letters') : isIndent(kind, next);
    if (!goesOn) {
      tokens += costOf(kind, index - start);
      start = index;
      kind = next;
    }
    if (next === 'others') tokens += costOfOther(code);
    isUpper = isCapital;
  }
  return tokens + costOf(kind, text.length - start);
}

function isIndent(kind: CharacterKind, next: CharacterKind): boolean {
  return kind === 'breaks' && next === 'blanks';
}

function kindOf(character: string): CharacterKind {
  if (/[a-z]/i.test(character)) return 'letters';
  if (/[0-9]/.test(character)) return 'digits';
  if (/[\r\n]/.test(character)) return 'breaks';
  return /\s/.test(character) ? 'blanks' : 'signs';
}

/** What one run of a kind makes; a single blank belongs to the word behind it. */
function costOf(kind: CharacterKind, length: number): number {
  if (length === 0) return 0;
  switch (kind) {
    case 'letters':
      return 1 + Math.max(0, length - usualWord) / lettersPerPart;
    case 'digits':
      return Math.ceil(length / digitsPerToken);
    case 'signs':
      return Math.ceil(length / signsPerToken);
    case 'blanks':
      return length > 1 ? 1 : 0;
    case 'breaks':
      return 1;
    case 'others':
      return 0; // counted one by one
  }
}

/** Characters outside of ASCII. Beyond them are mostly the halves of emoji. */
function costOfOther(code: number): number {
  if (code < 0x0250) return 1; // Latin with marks, which cuts a word in three
  if (code < 0x3000) return 0.35; // other alphabets
  if (code < 0x3400) return 0.68; // kana, and the signs of Chinese and Japanese
  if (code < 0xa000) return 0.63; // Han
  return code >= 0xac00 && code < 0xd800 ? 0.7 : 0.8; // Hangul, the rest
}
