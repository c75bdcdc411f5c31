/**
 * Takes secrets out of everything we write: by value, for every secret that was read and for parts
 * of it, and by pattern (law 20).
 */

import { Fragments } from './fragments.ts';
import { readingsOf, type Span } from './notations.ts';

/** Secrets shorter than this would blank out ordinary words. */
const shortestSecret = 12;
const blank = '[redacted]';

/**
 * Shapes of credentials in texts of any origin: bearer tokens, vendors' key prefixes, keys in URLs.
 */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[\w\-.~+/]{8,}=*/gi, `$1 ${blank}`],
  [/\b(?:sk|pk|rk|ak|gsk|xai|hf|tp|fw|nvapi|ghp|gho)[-_][\w\-+.]{8,}/g, blank],
  [/\bAIza[\w-]{16,}/g, blank],
  [/([?&](?:key|api_key|token|access_token)=)[^&\s"']+/gi, `$1${blank}`],
  [
    /(["']?(?:authorization|x-api-key|api-key|x-goog-api-key|cookie)["']?\s*[:=]\s*["']?)[^\s"',}]{8,}/gi,
    `$1${blank}`,
  ],
];

/**
 * A text that was cut in the middle of a secret ends with at least this much of it, or with nothing
 * that tells.
 */
const tellingStart = 8;

/**
 * A program that prints another token each time must not fill the memory; no pool has as many keys.
 */
const mostSecrets = 25_000;

/**
 * Knows the secrets that were loaded in this process. What a text costs does not grow with their
 * number.
 */
export class Redactor {
  readonly #known = new Set<string>();
  /**
   * Every way to write a secret, by its first characters, the longest first: one may stand inside
   * another.
   */
  readonly #forms = new Map<string, string[]>();
  readonly #fragments = new Fragments();
  /** The first code unit of every form: most places of a text are left at once. */
  readonly #firsts = new Set<number>();
  readonly #most: number;

  /** Knows so many secrets at most. */
  constructor(most: number = mostSecrets) {
    this.#most = most;
  }

  /**
   * To be called again whenever a secret is read: the one that was not for longest is forgotten
   * first.
   */
  register(secret: string): void {
    if (secret.length < shortestSecret) return;
    const isNew = !this.#known.delete(secret);
    this.#known.add(secret);
    if (!isNew) return;
    for (const form of writtenFormsOf(secret)) this.#learn(form);
    this.#fragments.learn(secret);
    if (this.#known.size > this.#most) this.#forgetOldest();
  }

  /** Whether a loaded secret, or a telling part of one, stands anywhere in the text. */
  mentions(text: string): boolean {
    const isWhole = ({ start, end }: Span): boolean =>
      this.#forms.get(text.slice(start, start + tellingStart))?.includes(text.slice(start, end)) ===
      true;
    return this.#findIn(text).some(isWhole) || this.#fragments.findIn(text).length > 0;
  }

  /**
   * By value alone: cheap enough for the head of every answer, and blank for nothing else that it
   * says.
   */
  redactLoaded(text: string): string {
    const found = this.#findIn(text);
    return found.length === 0 ? text : blankOut(text, found);
  }

  /** By value, whole or in part, in whatever notation it is written there, and by pattern. */
  redact(text: string): string {
    let clean = this.#known.size === 0 ? text : blankOut(text, this.#findWritten(text));
    for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
    return clean;
  }

  #findWritten(text: string): readonly Span[] {
    const found: Span[] = [];
    for (const reading of readingsOf(text)) {
      for (const part of this.#findIn(reading.text)) found.push(reading.place(part));
      for (const part of this.#fragments.findIn(reading.text)) found.push(reading.place(part));
    }
    return found.sort((a, b) => a.start - b.start);
  }

  #findIn(text: string): readonly Span[] {
    const found: Span[] = [];
    for (let at = 0; at <= text.length - tellingStart; at++) {
      if (!this.#firsts.has(text.charCodeAt(at))) continue;
      const forms = this.#forms.get(text.slice(at, at + tellingStart));
      const length = forms === undefined ? 0 : lengthOfSecret(forms, text, at);
      if (length === 0) continue;
      found.push({ start: at, end: at + length });
      at += length - 1;
    }
    return found;
  }

  #learn(form: string): void {
    const start = form.slice(0, tellingStart);
    const there = this.#forms.get(start) ?? [];
    there.splice(there.findLastIndex((other) => other.length >= form.length) + 1, 0, form);
    this.#forms.set(start, there);
    this.#firsts.add(form.charCodeAt(0));
  }

  #forgetOldest(): void {
    const [oldest = ''] = this.#known;
    this.#known.delete(oldest);
    this.#fragments.forget(oldest);
    for (const form of writtenFormsOf(oldest)) {
      const there = this.#forms.get(form.slice(0, tellingStart)) ?? [];
      there.splice(there.indexOf(form), 1);
      if (there.length === 0) this.#forms.delete(form.slice(0, tellingStart));
    }
  }
}

/** The ways to write a secret: plain, in a JSON string (with and without `\/`), and in a URL. */
function writtenFormsOf(secret: string): ReadonlySet<string> {
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inUtf8 = Buffer.from(secret).toString(); // half a surrogate pair, which JSON may hold, cannot be written in a URL
  return new Set([secret, inJson, inJson.replaceAll('/', '\\/'), encodeURIComponent(inUtf8)]);
}

/**
 * The length of that form which stands here, 0 for none. At the end of the text half a secret
 * counts: the text may have been cut.
 */
function lengthOfSecret(forms: readonly string[], text: string, at: number): number {
  const whole = forms.find((form) => text.startsWith(form, at));
  if (whole !== undefined) return whole.length;
  const rest = text.length - at;
  return forms.some((form) => form.length > rest && form.startsWith(text.slice(at))) ? rest : 0;
}

/** Blanks the spans, which come in order. Overlapping ones become one. */
function blankOut(text: string, spans: readonly Span[]): string {
  let clean = '';
  let copied = 0;
  for (const { start, end } of spans) {
    if (start >= copied) clean += `${text.slice(copied, start)}${blank}`;
    copied = Math.max(copied, end);
  }
  return clean + text.slice(copied);
}
