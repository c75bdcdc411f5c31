/**
 * Edits a line over `node:readline`: with history, pasted lines as one message, and keys typed
 * while an answer streams kept for the next line.
 */

import { createInterface, type Interface } from 'node:readline';
import { PassThrough, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { ReadStream, WriteStream } from 'node:tty';
import { eraseBelow } from './live.ts';
import { bracketedPaste, Pastes } from './pastes.ts';

const interrupt = '\x03';
const maxHistory = 200;

export class Editor {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #decoder = new StringDecoder('utf8');
  readonly #pastes = new Pastes();
  readonly #history: string[];
  /** The input of readline; undefined if no line is being read. */
  #keys: PassThrough | undefined;
  #typedAhead = '';
  /** Called at Ctrl-C if no line is being read. */
  onInterrupt: () => void = () => undefined;

  /** `history` has earlier lines, the newest first. */
  constructor(input: ReadStream, output: WriteStream, history: readonly string[]) {
    this.#input = input;
    this.#output = output;
    this.#history = history.filter((line) => !line.includes('\n'));
    input.setRawMode(true);
    output.write(bracketedPaste.on);
    input.on('data', this.#hear);
    input.resume();
  }

  /** Restores the terminal. */
  close(): void {
    this.#input.off('data', this.#hear);
    this.#input.pause();
    this.#output.write(bracketedPaste.off);
    this.#input.setRawMode(false);
  }

  /**
   * Returns the next message with its pastes; undefined when the person leaves. `prefill` is
   * offered for editing.
   */
  async read(prompt: string, prefill: string, leaving: AbortSignal): Promise<string | undefined> {
    const line = leaving.aborted ? undefined : await this.#edit(prompt, prefill, leaving);
    if (line === undefined) return undefined;
    if (line.trim() !== '' && line !== this.#history[0]) this.#history.unshift(line);
    return this.#pastes.fill(line);
  }

  async #edit(prompt: string, prefill: string, leaving: AbortSignal): Promise<string | undefined> {
    const keys = new PassThrough();
    const paper = new Paper(this.#output);
    const readline = createInterface({
      input: keys,
      output: paper,
      terminal: true,
      prompt,
      history: this.#history.slice(0, maxHistory),
      historySize: maxHistory,
    });
    const onResize = (): void => paper.fit(readline);
    this.#output.on('resize', onResize);
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const leave = (): void => resolve(undefined);
    leaving.addEventListener('abort', leave);
    readline.on('line', resolve);
    readline.on('close', leave);
    readline.on('SIGINT', () => (readline.line === '' ? leave() : clearLine(readline)));
    readline.prompt();
    readline.write(this.#pastes.hold(prefill));
    this.#keys = keys;
    keys.write(this.#typedAhead);
    this.#typedAhead = '';
    const line = await promise;
    this.#keys = undefined;
    leaving.removeEventListener('abort', leave);
    this.#output.off('resize', onResize);
    readline.close();
    if (line === undefined) this.#output.write('\r\n');
    return line;
  }

  readonly #hear = (chunk: Buffer): void => {
    const text = this.#pastes.push(this.#decoder.write(chunk));
    if (this.#keys !== undefined) {
      this.#keys.write(text);
      return;
    }
    const at = text.lastIndexOf(interrupt);
    if (at >= 0) {
      this.#typedAhead = '';
      this.onInterrupt();
    }
    this.#typedAhead += text.slice(at + 1);
  };
}

function clearLine(readline: Interface): void {
  readline.write(null, { ctrl: true, name: 'e' });
  readline.write(null, { ctrl: true, name: 'u' });
}

/** The terminal as readline sees it. */
class Paper extends Writable {
  readonly #output: WriteStream;

  constructor(output: WriteStream) {
    super({
      decodeStrings: false,
      write: (text, _encoding, done) => {
        output.write(text === '\x1b[0J' ? eraseBelow : text);
        done();
      },
    });
    this.#output = output;
  }

  get columns(): number {
    return this.#output.columns;
  }

  /**
   * A resized terminal wraps its lines again, but readline still moves up by the old number of
   * rows, which would overwrite earlier text or leave half a line behind. So readline first gets
   * the row in which its cursor is now.
   */
  fit(readline: Interface): void {
    Reflect.set(readline, 'prevRows', readline.getCursorPos().rows);
    this.emit('resize');
  }
}
