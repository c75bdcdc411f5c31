/**
 * Edits a line over `node:readline`: with history, completion, pasted lines as one message, and
 * lines typed while an answer streams queued for their turn.
 */

import { createInterface, type Interface } from 'node:readline';
import { PassThrough, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { ReadStream, WriteStream } from 'node:tty';
import type { Clock } from '../../host.ts';
import type { Complete } from '../complete.ts';
import { createInterruption, Interrupts, leaveHint } from './interrupts.ts';
import { eraseBelow } from './live.ts';
import { bracketedPaste, Pastes } from './pastes.ts';
import { type DescribedAhead, TypeAhead } from './type-ahead.ts';

const maxHistory = 200;

export interface EditorContext {
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly clock: Clock;
  readonly complete: Complete;
  /** Has earlier lines, the newest first. */
  readonly history: readonly string[];
}

export class Editor {
  readonly #context: EditorContext;
  readonly #say: (text: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  readonly #pastes = new Pastes();
  readonly #history: string[];
  readonly #ahead = new TypeAhead();
  readonly #interrupts: Interrupts;
  /** The input of readline; undefined if no line is being read. */
  #keys: PassThrough | undefined;
  #hasLeft = false;
  /** Called at Ctrl-C if no line is being read. */
  onInterrupt: () => void = () => undefined;
  /** Called when keys come while no line is being read. */
  onAhead: () => void = () => undefined;

  /** `say` writes a remark below the text so far. */
  constructor(context: EditorContext, say: (text: string) => void) {
    const { input, output, clock, history } = context;
    this.#context = context;
    this.#say = say;
    this.#interrupts = new Interrupts(clock);
    this.#history = history.filter((line) => !line.includes('\n'));
    input.setRawMode(true);
    output.write(bracketedPaste.on);
    input.on('data', this.#hear);
    input.resume();
  }

  /** Restores the terminal. */
  close(): void {
    const { input, output } = this.#context;
    input.off('data', this.#hear);
    input.pause();
    output.write(bracketedPaste.off);
    input.setRawMode(false);
  }

  describeAhead(): DescribedAhead {
    return this.#ahead.describe();
  }

  /**
   * Returns the next message with its pastes; undefined when the person leaves. `prefill` is
   * offered for editing, and what was typed ahead waits behind it. Rejects with an `AbortError`
   * when Ctrl-C ends the chat.
   */
  async read(prompt: string, prefill: string, leaving: AbortSignal): Promise<string | undefined> {
    if (prefill === '') this.#ahead.release();
    else this.#hold();
    const line = leaving.aborted ? undefined : await this.#edit(prompt, prefill, leaving);
    if (line === undefined) return undefined;
    this.#interrupts.forget();
    if (line.trim() !== '' && line !== this.#history[0]) this.#history.unshift(line);
    return this.#pastes.fill(line);
  }

  async #edit(prompt: string, prefill: string, leaving: AbortSignal): Promise<string | undefined> {
    if (this.#hasLeft) throw createInterruption();
    const { output, complete } = this.#context;
    const keys = new PassThrough();
    const paper = new Paper(output);
    const readline = createInterface({
      input: keys,
      output: paper,
      terminal: true,
      prompt,
      completer: complete,
      history: this.#history.slice(0, maxHistory),
      historySize: maxHistory,
    });
    const onResize = (): void => paper.fit(readline);
    output.on('resize', onResize);
    const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
    const settle = (line?: string): void => {
      this.#keys = undefined; // what follows in the same bytes is typed ahead
      resolve(line);
    };
    const leave = (): void => settle();
    leaving.addEventListener('abort', leave);
    readline.on('line', settle);
    readline.on('close', leave);
    readline.on('SIGINT', () => this.#interruptLine(readline, () => reject(createInterruption())));
    readline.prompt();
    readline.write(this.#pastes.hold(prefill));
    this.#keys = keys;
    this.#feed();
    try {
      const line = await promise;
      if (line === undefined) output.write('\r\n');
      return line;
    } finally {
      leaving.removeEventListener('abort', leave);
      output.off('resize', onResize);
      readline.close();
    }
  }

  readonly #hear = (chunk: Buffer): void => {
    this.#ahead.push(this.#pastes.push(this.#decoder.write(chunk)));
    this.#feed();
    if (this.#keys !== undefined) return;
    if (this.#ahead.isInterrupted) this.#interruptAnswer();
    this.onAhead();
  };

  /** Readline takes one line: what comes after its Enter stays typed ahead. */
  #feed(): void {
    for (let keys = this.#take(); keys !== ''; keys = this.#take()) this.#keys?.emit('data', keys);
  }

  #take(): string {
    return this.#keys === undefined ? '' : this.#ahead.take();
  }

  /** The failed message is edited first. */
  #hold(): void {
    this.#ahead.hold();
    const { queued, begun } = this.#ahead.describe();
    const ahead = [queued, begun].filter((line) => line !== '').join('\n');
    if (ahead !== '') this.#say(`${ahead}\nIt waits until the message below is answered.`);
  }

  #interruptAnswer(): void {
    this.#takeBack();
    if (this.#interrupts.note()) this.#hasLeft = true;
    this.onInterrupt();
  }

  #interruptLine(readline: Interface, leave: () => void): void {
    if (readline.line !== '') {
      readline.write(null, { ctrl: true, name: 'e' });
      readline.write(null, { ctrl: true, name: 'u' });
      return;
    }
    this.#context.output.write('\r\n');
    if (!this.#takeBack()) {
      if (this.#interrupts.note()) {
        leave();
        return;
      }
      this.#say(leaveHint);
    }
    readline.prompt();
  }

  /** Returns whether there was anything; it is in the history then. */
  #takeBack(): boolean {
    const lines = this.#ahead.takeBack();
    this.#history.unshift(...lines.toReversed());
    if (lines.length > 0) this.#say(`Not sent: ${lines.join(' · ')}. The key Up brings it back.`);
    return lines.length > 0;
  }
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
