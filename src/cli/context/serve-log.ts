/** The log of `holdfast serve` goes to stderr on a terminal, else to files. */

import { createLog, type Log, type LogOptions } from '../../logs/create-log.ts';
import type { EventListener } from '../../model/events.ts';
import type { Runtime } from '../../runtime.ts';
import { dim, type Terminal } from '../terminal/terminal.ts';

export class ServeLog {
  readonly #terminal: Terminal;
  readonly #log: Log;
  readonly listen: EventListener;
  readonly say: Log['say'];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#log = createLog({
      talk: (text) => terminal.talk(text),
      onEarly: ({ type, text }) => terminal.talk(`${dim(terminal, `${type}:`)} ${text}\n`),
    });
    this.listen = this.#log.listen;
    this.say = this.#log.say;
  }

  /** `isTrial` writes no files. */
  begin(
    { host, paths, config }: Pick<Runtime, 'host' | 'paths' | 'config'>,
    isTrial: boolean,
  ): void {
    const { folder, format: wanted, keep } = config().log;
    const format = wanted === 'auto' ? autoFormat(this.#terminal, isTrial) : wanted;
    this.#log.begin({ host, folder: folder ?? paths.logFolder, keep, format });
  }

  async close(): Promise<void> {
    await this.#log.close();
  }
}

function autoFormat({ isInteractive }: Terminal, isTrial: boolean): LogOptions['format'] {
  return isInteractive || isTrial ? 'text' : 'json';
}
