/** The text that a stream has brought so far, kept for a continuation: cheap to add to, whole only when it is asked for. */

/** UTF-16 units; a longer answer is not kept, and a break of it is not continued. */
const longestText = 4 * 1024 * 1024;
/** Pieces of a few characters cost more as objects than as text: joined at this number. */
const piecesLimit = 512;

export class DeliveredText {
  #pieces: string[] = [];
  #blocks: string[] = [];
  #length = 0;
  /** How often something was added. */
  events = 0;

  get isTooLong(): boolean {
    return this.#length > longestText;
  }

  add(text: string): void {
    this.events += 1;
    this.#length += text.length;
    if (this.#length > longestText) {
      this.#pieces = [];
      this.#blocks = [];
      return;
    }
    this.#pieces.push(text);
    if (this.#pieces.length < piecesLimit) return;
    this.#blocks.push(this.#pieces.join(''));
    this.#pieces = [];
  }

  /** To be added to by itself. */
  copy(): DeliveredText {
    const copy = new DeliveredText();
    copy.add(this.whole());
    return copy;
  }

  whole(): string {
    return this.#blocks.join('') + this.#pieces.join('');
  }
}
