/**
 * The line that a person edits, over `node:readline`: history, several pasted lines as one message,
 * keys kept that are typed while an answer comes.
 */

import { createInterface, type Interface } from 'node:readline';
import { PassThrough, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { ReadStream, WriteStream } from 'node:tty';
import { eraseBelow } from './live.ts';
import { bracketedPaste, Pastes } from './pastes.ts';

const interrupt = '\x03';
const longestHistory = 200;

export class Editor {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #decoder = new StringDecoder('utf8');
  readonly #pastes = new Pastes();
  readonly #history: string[];
  /** Where readline hears the keys; undefined while no line is read. */
  #keys: PassThrough | undefined;
  #typedAhead = '';
  /** Called at Ctrl-C while no line is read. */
  onInterrupt: () => void = () => undefined;

  /** `history`: lines of before, the newest first. */
  constructor(input: ReadStream, output: WriteStream, history: readonly string[]) {
    this.#input = input;
    this.#output = output;
    this.#history = history.filter((line) => !line.includes('\n'));
    input.setRawMode(true);
    output.write(bracketedPaste.on);
    input.on('data', this.#hear);
    input.resume();
  }

  /** The terminal is as it was before. */
  close(): void {
    this.#input.off('data', this.#hear);
    this.#input.pause();
    this.#output.write(bracketedPaste.off);
    this.#input.setRawMode(false);
  }

  /**
   * The next message, pastes and all; undefined when the person leaves. `prefill` stands there to
   * be edited.
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
      history: this.#history.slice(0, longestHistory),
      historySize: longestHistory,
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
   * A terminal breaks its lines anew when it is resized, and readline goes up by the rows that its
   * line had before: it would write over what stands above, or leave half of the line there. Told
   * first in which row its cursor is now, it does neither.
   */
  fit(readline: Interface): void {
    Reflect.set(readline, 'prevRows', readline.getCursorPos().rows);
    this.emit('resize');
  }
}
