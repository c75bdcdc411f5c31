/** Takes secrets out of everything we write: by value, for every secret that was read, and by pattern (law 20). */

/** Secrets shorter than this would blank out ordinary words. */
const shortestSecret = 12;
const blank = '[redacted]';

/** Shapes of credentials in texts of any origin: bearer tokens, vendors' key prefixes, keys in URLs. */
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

/** A text that was cut in the middle of a secret may end with this much of it, and not more. */
const longestRemnant = 7;

/** Knows every secret that was loaded in this process. */
export class Redactor {
  readonly #known = new Set<string>();
  #forms: readonly string[] | undefined;

  register(secret: string): void {
    if (secret.length < shortestSecret || this.#known.has(secret)) return;
    this.#known.add(secret);
    this.#forms = undefined;
  }

  /** Whether a loaded secret stands anywhere in the text. */
  mentions(text: string): boolean {
    return this.#listForms().some((form) => text.includes(form));
  }

  redact(text: string): string {
    let clean = text;
    for (const form of this.#listForms()) {
      if (clean.includes(form)) clean = clean.replaceAll(form, blank);
      clean = withoutRemnant(clean, form);
    }
    for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
    return clean;
  }

  /** Every secret in every way that it may be written, the longest first: one may stand inside another. */
  #listForms(): readonly string[] {
    this.#forms ??= [...new Set([...this.#known].flatMap(formsOf))].sort((a, b) => b.length - a.length);
    return this.#forms;
  }
}

/** As it is, inside a JSON string (with and without `\/`), and inside a URL. */
function formsOf(secret: string): readonly string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [secret, inJson, inJson.replaceAll('/', '\\/'), encodeURIComponent(secret)];
}

/** The text without the beginning of a secret at its very end: a body that was cut there. */
function withoutRemnant(text: string, secret: string): string {
  const tail = text.slice(1 - secret.length);
  const at = tail.lastIndexOf(secret.slice(0, longestRemnant + 1));
  if (at < 0 || !secret.startsWith(tail.slice(at))) return text;
  return `${text.slice(0, text.length - tail.length + at)}${blank}`;
}
