/**
 * What is pasted, told from what is typed. A paste of several lines stands as one mark in the line
 * that is edited, and is put back when that is sent.
 */

const begin = '\x1b[200~';
const end = '\x1b[201~';

/** What a terminal sends before and behind a paste, where it was asked to. */
export const bracketedPaste = { on: '\x1b[?2004h', off: '\x1b[?2004l' } as const;

export class Pastes {
  readonly #kept = new Map<string, string>();
  /** What may be the beginning of a mark that is cut. */
  #rest = '';
  /** What has come of a paste that has not ended. */
  #pasted: string | undefined;

  /** Takes what the terminal sends; gives what is to be edited. */
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

  /** A text as it can stand in one line. */
  hold(pasted: string): string {
    const text = pasted.replace(/\r\n?/g, '\n');
    if (!text.includes('\n')) return text.replace(/\p{Cc}/gu, ' ');
    const lines = text.replace(/\n$/, '').split('\n').length;
    const mark = `[paste ${this.#kept.size + 1}: ${lines} lines]`;
    this.#kept.set(mark, text);
    return mark;
  }

  /** The line with its pastes as they were. */
  fill(line: string): string {
    return line.replace(/\[paste \d+: \d+ lines\]/g, (mark) => this.#kept.get(mark) ?? mark);
  }
}

/**
 * How many characters at the end of the text may be the first of the mark: a lone Escape waits for
 * what follows it.
 */
function cutMark(text: string, mark: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
