/** What is taken out of a text because a terminal would obey it. Pure. */

/**
 * All that moves a cursor or changes a terminal: neither a model nor a provider has business there.
 */
const controls = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

export function removeControls(text: string): string {
  return text.replace(controls, (found) => (found === '\n' || found === '\t' ? found : ''));
}
