/**
 * Removes secrets from everything we write: known secrets and their parts by value, others by
 * pattern (law 20).
 */

import { Fragments } from './fragments.ts';
import { readingsOf, type Span } from './notations.ts';

/** Blanking shorter secrets would blank ordinary words. */
const minSecretLength = 12;
const blank = '[redacted]';

/** Matches credentials in any text: bearer tokens, vendors' key prefixes, keys in URLs. */
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
 * If a text was cut inside a secret, a beginning this long is blanked too; a shorter one is
 * harmless.
 */
const tellingStart = 8;

/** Bounds memory if a program prints another token each time; no pool has as many keys. */
const maxSecrets = 25_000;

/** Knows the secrets loaded in this process. The cost of a text does not grow with their number. */
export class Redactor {
  readonly #known = new Set<string>();
  /** Those of callers, which are forgotten when they are not used any more. */
  readonly #lent = new Set<string>();
  /** All written forms of secrets, by their first characters. */
  readonly #forms = new Map<string, AlikeForms>();
  readonly #fragments = new Fragments();
  /** Most places of a text are skipped at once, because no form starts with their code unit. */
  readonly #firsts = new Set<number>();
  readonly #most: number;

  constructor(most: number = maxSecrets) {
    this.#most = most;
  }

  /** Call it each time a secret is read: the one not read for longest is forgotten first. */
  register(secret: string): void {
    if (secret.length < minSecretLength) return;
    this.#lent.delete(secret);
    const isNew = !this.#known.delete(secret);
    this.#known.add(secret);
    if (!isNew) return;
    for (const form of writtenFormsOf(secret)) this.#learn(form);
    this.#fragments.learn(secret);
    if (this.#known.size > this.#most) this.#forgetOldest();
  }

  /** The same for the secret of a caller, until `forgetLent`. */
  lend(secret: string): void {
    if (secret.length < minSecretLength || (this.#known.has(secret) && !this.#lent.has(secret)))
      return;
    this.register(secret);
    this.#lent.add(secret);
  }

  /** Does nothing if the secret was registered for good meanwhile. */
  forgetLent(secret: string): void {
    if (this.#lent.has(secret)) this.#forget(secret);
  }

  /** True when a loaded secret, or a part long enough to leak, is in the text. */
  mentions(text: string): boolean {
    const isWhole = ({ start, end }: Span): boolean =>
      this.#forms.get(text.slice(start, start + tellingStart))?.has(text.slice(start, end)) ===
      true;
    return this.#findIn(text).some(isWhole) || this.#fragments.findIn(text).length > 0;
  }

  /**
   * Redacts by value alone: cheap enough for the head of every answer, and it blanks nothing else.
   */
  redactLoaded(text: string): string {
    const found = this.#findIn(text);
    return found.length === 0 ? text : blankOut(text, found);
  }

  /** Redacts by value, whole or in part, in any notation, and by pattern. */
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
      const length = forms?.lengthAt(text, at) ?? 0;
      if (length === 0) continue;
      found.push({ start: at, end: at + length });
      at += length - 1;
    }
    return found;
  }

  #learn(form: string): void {
    const start = form.slice(0, tellingStart);
    const there = this.#forms.get(start) ?? new AlikeForms();
    there.add(form);
    this.#forms.set(start, there);
    this.#firsts.add(form.charCodeAt(0));
  }

  #forgetOldest(): void {
    const [oldest = ''] = this.#known;
    this.#forget(oldest);
  }

  #forget(secret: string): void {
    this.#known.delete(secret);
    this.#lent.delete(secret);
    this.#fragments.forget(secret);
    for (const form of writtenFormsOf(secret)) {
      const start = form.slice(0, tellingStart);
      if (this.#forms.get(start)?.remove(form) === true) this.#forms.delete(start);
    }
  }
}

/**
 * Returns the ways to write a secret: plain, in a JSON string (with and without `\/`), and in a
 * URL.
 */
function writtenFormsOf(secret: string): ReadonlySet<string> {
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inUtf8 = Buffer.from(secret).toString(); // half a surrogate pair, which JSON may hold, cannot be written in a URL
  return new Set([secret, inJson, inJson.replaceAll('/', '\\/'), encodeURIComponent(inUtf8)]);
}

/** Groups forms with the same beginning, as all keys of a vendor have, by length. */
class AlikeForms {
  readonly #byLength = new Map<number, Set<string>>();
  /** Longest first: a form may be part of another. */
  #lengths: readonly number[] = [];

  has(form: string): boolean {
    return this.#byLength.get(form.length)?.has(form) === true;
  }

  add(form: string): void {
    const alike = this.#byLength.get(form.length) ?? new Set();
    alike.add(form);
    this.#byLength.set(form.length, alike);
    if (alike.size === 1) this.#sort();
  }

  /** Returns true if no form is left. */
  remove(form: string): boolean {
    const alike = this.#byLength.get(form.length);
    alike?.delete(form);
    if (alike?.size === 0 && this.#byLength.delete(form.length)) this.#sort();
    return this.#byLength.size === 0;
  }

  /**
   * Returns the length of the form at this place, 0 for none. At the end of the text half a secret
   * counts: the text may have been cut.
   */
  lengthAt(text: string, at: number): number {
    const rest = text.length - at;
    for (const length of this.#lengths)
      if (length <= rest && this.#byLength.get(length)?.has(text.slice(at, at + length)) === true)
        return length;
    return rest < (this.#lengths[0] ?? 0) && this.#hasBegun(text.slice(at)) ? rest : 0;
  }

  #hasBegun(end: string): boolean {
    const longer = this.#lengths.filter((length) => length > end.length);
    return longer.some((length) =>
      [...(this.#byLength.get(length) ?? [])].some((form) => form.startsWith(end)),
    );
  }

  #sort(): void {
    this.#lengths = [...this.#byLength.keys()].sort((one, other) => other - one);
  }
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
