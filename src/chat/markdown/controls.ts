/** Removes control characters from a text, which a terminal would execute. Pure. */

/** Neither a model nor a provider may move the cursor or change the terminal. */
const controls = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

export function removeControls(text: string): string {
  return text.replace(controls, (found) => (found === '\n' || found === '\t' ? found : ''));
}
