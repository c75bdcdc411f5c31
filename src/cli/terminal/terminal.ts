/**
 * What a command may touch of the world: streams, signals, the terminal's nature. Built in
 * `main.ts`, faked in tests.
 */

import type { ReadStream, WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import type { Paths } from '../../config/files/paths.ts';
import type { Host } from '../../host.ts';
import type { EventListener } from '../../model/events.ts';

export interface Terminal {
  /** Data: what a program would read. */
  out(text: string): void;
  /** Talk: what a person reads. */
  talk(text: string): void;
  readonly isInteractive: boolean;
  readonly hasColor: boolean;
  /**
   * Standard input to its end; empty on a terminal, and once `signal` is aborted before anything
   * came. Calls back at the first byte.
   */
  readInput(wait?: { readonly onFirst: () => void; readonly signal: AbortSignal }): Promise<string>;
  /**
   * One line as it is typed; shown after `prompt`. Only where `isInteractive`. Rejects with an
   * `AbortError` at the end of the input, and once the signal is aborted.
   */
  readLine(prompt: string, signal: AbortSignal): Promise<string>;
  /** One line typed without being shown; the whole of standard input where it is no terminal. */
  readSecret(prompt: string): Promise<string>;
  /**
   * Standard input and output themselves, for what draws on a screen; `isTTY` says whether they are
   * one.
   */
  readonly streams: { readonly input: ReadStream; readonly output: WriteStream };
  /**
   * Calls back at each of these signals until the returned function is called. SIGPIPE: stdout
   * cannot be written any more.
   */
  onSignal(
    signals: readonly NodeJS.Signals[],
    listener: (signal: NodeJS.Signals) => void,
  ): () => void;
}

/**
 * What a command works with: this process's host, closed when the command is done, and the user's
 * files.
 */
export interface CommandScene {
  readonly terminal: Terminal;
  readonly host: Host;
  readonly paths: Paths;
}

/** Dimmed where the terminal shows colours. */
export function dim(terminal: Terminal, text: string): string {
  return terminal.hasColor ? styleText('dim', text, { validateStream: false }) : text;
}

/**
 * What every `--json` prints. `schema` comes first and names the form; another number when a field
 * goes or changes its meaning.
 */
export type JsonDocument = Readonly<Record<string, unknown>> & {
  readonly schema: `holdfast.${string}/${number}`;
};

export function printJson(terminal: Terminal, document: JsonDocument): void {
  terminal.out(`${JSON.stringify(document, null, 2)}\n`);
}

/** The same on one line, for a command that prints one object a line. */
export function printJsonLine(terminal: Terminal, document: JsonDocument): void {
  terminal.out(`${JSON.stringify(document)}\n`);
}

/**
 * Says what stands between a command and the state file; what else happens the command tells
 * itself.
 */
export function tellStoreFaults(terminal: Terminal): EventListener {
  return (event) => {
    if (event.type === 'warning' && event.code.startsWith('store-'))
      terminal.talk(`warning: ${event.text}\n`);
  };
}

/** Says what happens on the way to an answer. */
export function tellEvents(terminal: Terminal): EventListener {
  return (event) => {
    if (event.type !== 'finished') terminal.talk(`${dim(terminal, event.text)}\n`);
  };
}
