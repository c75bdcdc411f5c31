/**
 * Keeps the keys that are typed while no line is read: whole lines wait as messages, in order, and
 * the rest is the beginning of the next line.
 */

/** The key Ctrl-C, as a terminal in raw mode sends it. */
const interrupt = '\x03';

const escapeSequence = new RegExp(String.raw`${'\x1b'}(\[[0-9;?]*.|O?[^${'\x1b'}\n])?`, 'g');
const erased = new RegExp(String.raw`[^\n][${'\x7f'}\b]|^[${'\x7f'}\b]|.*${'\x15'}`, 'mu');

/** What was typed ahead, for people; empty where there is none. */
export interface DescribedAhead {
  readonly queued: string;
  /** The line that is being typed. */
  readonly begun: string;
}

export class TypeAhead {
  /** It waits until the message is answered that failed before it. */
  #held = '';
  #keys = '';

  push(keys: string): void {
    this.#keys += keys;
  }

  /** Whether Ctrl-C is among the keys. */
  get isInterrupted(): boolean {
    return this.#keys.includes(interrupt);
  }

  /** Takes the next keys out, up to the first Enter; empty if there are none. */
  take(): string {
    const [all = '', keys = '', enter] = /^([^\r\n]*)(\r\n?|\n)?/.exec(this.#keys) ?? [];
    this.#keys = this.#keys.slice(all.length);
    return enter === undefined ? keys : `${keys}\r`;
  }

  /** Keeps all keys back until `release`, so that they do not mix with a line that is edited. */
  hold(): void {
    this.#held += this.#keys;
    this.#keys = '';
  }

  release(): void {
    this.#keys = this.#held + this.#keys;
    this.#held = '';
  }

  /** Gives up the lines, whole or not, that were typed before Ctrl-C, and returns them. */
  takeBack(): readonly string[] {
    const all = this.#held + this.#keys;
    const end = all.lastIndexOf(interrupt);
    this.#held = '';
    this.#keys = end < 0 ? '' : all.slice(end + 1);
    return splitLines(end < 0 ? all : all.slice(0, end)).filter((line) => line.trim() !== '');
  }

  describe(): DescribedAhead {
    const lines = splitLines(this.#held + this.#keys);
    const begun = lines.pop() ?? '';
    const queued = lines.filter((line) => line.trim() !== '');
    return {
      queued: queued.length === 0 ? '' : `${queued.length} queued: ${queued.join(' · ')}`,
      begun: begun === '' ? '' : `› ${begun}`,
    };
  }
}

/** Returns the lines as an editor would show them, the unfinished one last. */
function splitLines(keys: string): string[] {
  let text = keys.replace(/\r\n?/g, '\n').replace(escapeSequence, '');
  while (erased.test(text)) text = text.replace(erased, '');
  return text.split('\n').map((line) => line.replace(/\t/g, ' ').replace(/\p{Cc}/gu, ''));
}
