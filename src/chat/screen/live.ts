/**
 * Draws the end of a terminal's text: finished lines are written once, and below them the tail is
 * redrawn. Between two drawings the cursor is at the beginning of the tail. A resized terminal
 * moves its text and keeps the cursor at the same place in it, so nothing must be counted that a
 * resize would change: text below the cursor is erased, and nothing above it is touched.
 */

export interface Screen {
  write(text: string): unknown;
  /** Returns the present columns and rows. */
  getWindowSize(): readonly number[];
}

/**
 * Erases below the cursor, which is at the beginning of its line. In the upper left corner tmux
 * mistakes this for a clearing, and keeps a copy in its scrollback. A space before it moves the
 * cursor out of that corner.
 */
export const eraseBelow = ' \x1b[0J\r';
/**
 * Lines are cut at the edge, so that a line which a resize has made too long still takes one row.
 */
const noWrap = ['\x1b[?7l', '\x1b[?7h'] as const;

export class Live {
  readonly #screen: Screen;
  #hasTail = false;
  /** Counts the lines that are drawn above the tail. */
  #above = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /**
   * Shows the end of a high tail. A narrower window makes several rows of each line, and tmux then
   * pushes as many out at the top even if there is room below; the beginning of the tail must not
   * be among them. `footer` is one more line below it.
   */
  draw(done: readonly string[], tail: readonly string[], footer: readonly string[] = []): void {
    const [, rows = 24] = this.#screen.getWindowSize();
    this.#above += done.length;
    const most = Math.max(1, Math.floor(Math.min(rows / 6, this.#above / 2)));
    const shown = [...tail.slice(-most), ...footer];
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
