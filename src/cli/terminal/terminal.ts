/**
 * The door of a command to the world: streams, signals, and whether there is a terminal. Built in
 * `main.ts`, faked in tests.
 */

import type { ReadStream, WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import type { Paths } from '../../config/files/paths.ts';
import type { Host } from '../../host.ts';
import type { EventListener } from '../../model/events.ts';

export interface Terminal {
  /** What commands work with. Default: the host of this process. */
  readonly host?: Host;
  /** Writes data to stdout, for programs. */
  out(text: string): void;
  /** Writes text for people to stderr. */
  talk(text: string): void;
  readonly isInteractive: boolean;
  readonly hasColor: boolean;
  /**
   * Reads standard input to its end. Empty on a terminal, and if `signal` is aborted before the
   * first byte. `onFirst` is called at the first byte.
   */
  readInput(wait?: { readonly onFirst: () => void; readonly signal: AbortSignal }): Promise<string>;
  /**
   * Shows `prompt` and reads one line. Works only if `isInteractive`. Rejects with an `AbortError`
   * at the end of the input, and when the signal is aborted.
   */
  readLine(prompt: string, signal: AbortSignal): Promise<string>;
  /** Reads one line without echo; without a terminal, all of standard input. */
  readSecret(prompt: string): Promise<string>;
  /**
   * Standard input and output, for programs that draw on the screen; `isTTY` tells whether they are
   * terminals.
   */
  readonly streams: { readonly input: ReadStream; readonly output: WriteStream };
  /**
   * Calls back at each of these signals until the returned function is called. SIGPIPE means that
   * stdout cannot be written any more.
   */
  onSignal(
    signals: readonly NodeJS.Signals[],
    listener: (signal: NodeJS.Signals) => void,
  ): () => void;
}

/** The host is this process's, and is closed when the command ends. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly host: Host;
  readonly paths: Paths;
}

/** A home and the host that it is on. */
export type HomeContext = Pick<CommandContext, 'host' | 'paths'>;

/** Dims the text if the terminal shows colours. */
export function dim(terminal: Terminal, text: string): string {
  return terminal.hasColor ? styleText('dim', text, { validateStream: false }) : text;
}

/**
 * The output of every `--json`. `schema` comes first and names the format; its number changes when
 * a field is removed or changes its meaning.
 */
export type JsonDocument = Readonly<Record<string, unknown>> & {
  readonly schema: `holdfast.${string}/${number}`;
};

export function printJson(terminal: Terminal, document: JsonDocument): void {
  terminal.out(`${JSON.stringify(document, null, 2)}\n`);
}

/** Like `printJson`, on one line, for a command that prints one object per line. */
export function printJsonLine(terminal: Terminal, document: JsonDocument): void {
  terminal.out(`${JSON.stringify(document)}\n`);
}

/** Reports problems with the state file; the command itself prints all other events. */
export function printStoreFaults(terminal: Terminal): EventListener {
  return (event) => {
    if (event.type === 'warning' && event.code.startsWith('store-'))
      terminal.talk(`warning: ${event.text}\n`);
  };
}

/** Reports events on the way to an answer. */
export function printEvents(terminal: Terminal): EventListener {
  return (event) => {
    if ('text' in event) terminal.talk(`${dim(terminal, event.text)}\n`);
  };
}
