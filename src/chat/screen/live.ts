/**
 * The end of what a terminal shows: lines that are done are written once, and below them the tail
 * is drawn again and again. Between two drawings the cursor stands at the tail's beginning. A
 * terminal that is resized moves its text and keeps the cursor where it was in it, so that nothing
 * has to be counted that a resize would change: what is below the cursor is erased, and nothing
 * above it is ever touched.
 */

/** A terminal's output. */
export interface Screen {
  write(text: string): unknown;
  /** Columns and rows, as they are now. */
  getWindowSize(): readonly number[];
}

/**
 * Below the cursor, which stands at the beginning of its line. tmux takes this in the upper left
 * corner for a clearing, of which it keeps a copy in its scrollback: a space before it takes the
 * cursor out of that corner.
 */
export const eraseBelow = ' \x1b[0J\r';
/**
 * A line that a resize has just made too long is cut at the edge: it takes one row whatever the
 * width has become.
 */
const noWrap = ['\x1b[?7l', '\x1b[?7h'] as const;

export class Live {
  readonly #screen: Screen;
  #hasTail = false;
  /** Lines that were drawn above the tail. */
  #above = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /**
   * Of a high tail the end is shown. A window that becomes narrower makes rows out of each line,
   * and tmux pushes as many out at the top even where there is room below: what is pushed out must
   * not be the beginning of the tail.
   */
  draw(done: readonly string[], tail: readonly string[]): void {
    const [, rows = 24] = this.#screen.getWindowSize();
    this.#above += done.length;
    const shown = tail.slice(-Math.max(1, Math.floor(Math.min(rows / 6, this.#above / 2))));
    const erase = this.#hasTail ? eraseBelow : '';
    const text = erase + done.map((line) => `${line}\r\n`).join('') + drawTail(shown);
    this.#hasTail = shown.length > 0;
    if (text !== '') this.#screen.write(text);
  }
}

function drawTail(lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const up = lines.length > 1 ? `\x1b[${lines.length - 1}A` : '';
  return `${noWrap[0]}${lines.join('\r\n')}${noWrap[1]}${up}\r`;
}
