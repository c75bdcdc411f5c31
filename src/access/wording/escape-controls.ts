/** Makes text that a caller has chosen safe for a terminal or a line of a log. Pure. */

/** Lines and tabs stay; other control characters become `\x1b`. */
export function escapeControls(text: string): string {
  return text.replaceAll(/(?![\n\t])\p{Cc}/gu, (one) => `\\x${one.codePointAt(0)?.toString(16)}`);
}
