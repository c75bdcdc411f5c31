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

/** Knows every secret that was loaded in this process. */
export class Redactor {
  readonly #secrets = new Set<string>();

  register(secret: string): void {
    if (secret.length >= shortestSecret) this.#secrets.add(secret);
  }

  /** Whether a loaded secret stands anywhere in the text. */
  mentions(text: string): boolean {
    for (const secret of this.#secrets) if (text.includes(secret)) return true;
    return false;
  }

  redact(text: string): string {
    let clean = text;
    for (const secret of this.#secrets) {
      if (clean.includes(secret)) clean = clean.replaceAll(secret, blank);
    }
    for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
    return clean;
  }
}
