/**
 * Distinguishes pasted from typed text. A paste of several lines is shown as one mark in the edited
 * line, and restored when the line is sent.
 */

const begin = '\x1b[200~';
const end = '\x1b[201~';

/** A terminal sends these before and after a paste once they are enabled. */
export const bracketedPaste = { on: '\x1b[?2004h', off: '\x1b[?2004l' } as const;

export class Pastes {
  readonly #kept = new Map<string, string>();
  /** Possibly the beginning of a mark that is cut. */
  #rest = '';
  /** The text of a paste that has not ended; undefined between pastes. */
  #pasted: string | undefined;

  /** Takes bytes from the terminal; returns the text to edit. */
  push(chunk: string): string {
    let text = this.#rest + chunk;
    let typed = '';
    for (;;) {
      const mark = this.#pasted === undefined ? begin : end;
      const at = text.indexOf(mark);
      const upTo = at < 0 ? text.length - cutMark(text, mark) : at;
      if (this.#pasted === undefined) typed += text.slice(0, upTo);
      else this.#pasted += text.slice(0, upTo);
      if (at < 0) {
        this.#rest = text.slice(upTo);
        return typed;
      }
      if (this.#pasted !== undefined) typed += this.hold(this.#pasted);
      this.#pasted = this.#pasted === undefined ? '' : undefined;
      text = text.slice(at + mark.length);
    }
  }

  /** Returns the text in a form that fits one line. */
  hold(pasted: string): string {
    const text = pasted.replace(/\r\n?/g, '\n');
    if (!text.includes('\n')) return text.replace(/\p{Cc}/gu, ' ');
    const lines = text.replace(/\n$/, '').split('\n').length;
    const mark = `[paste ${this.#kept.size + 1}: ${lines} lines]`;
    this.#kept.set(mark, text);
    return mark;
  }

  /** Returns the line with its original pastes. */
  fill(line: string): string {
    return line.replace(/\[paste \d+: \d+ lines\]/g, (mark) => this.#kept.get(mark) ?? mark);
  }
}

/**
 * Returns how many characters at the end of the text may begin the mark; a lone Escape waits for
 * the next character.
 */
function cutMark(text: string, mark: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
