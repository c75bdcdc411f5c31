/**
 * The log of `holdfast serve` goes to stderr on a terminal, else to files. Events before the
 * configuration is loaded are printed at once.
 */

import { createLog, type Log } from '../../logs/create-log.ts';
import type { EngineEvent } from '../../model/events.ts';
import type { Runtime } from '../../runtime.ts';
import { dim, type Terminal } from '../terminal/terminal.ts';

export class ServeLog {
  readonly #terminal: Terminal;
  #log: Log | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  readonly listen = (event: EngineEvent): void => {
    if (this.#log !== undefined) this.#log.listen(event);
    else if (event.type !== 'finished')
      this.#terminal.talk(`${dim(this.#terminal, `${event.type}:`)} ${event.text}\n`);
  };

  /** `isTrial` writes no files. */
  begin(
    { host, paths, config }: Pick<Runtime, 'host' | 'paths' | 'config'>,
    isTrial: boolean,
  ): void {
    const { folder, format, keep } = config().log;
    const chosen = format === 'auto' ? autoFormat(this.#terminal, isTrial) : format;
    this.#log = createLog({
      host,
      folder: folder ?? paths.logFolder,
      keep,
      format: chosen,
      talk: (text) => this.#terminal.talk(text),
    });
  }

  async close(): Promise<void> {
    await this.#log?.close();
  }
}

function autoFormat({ isInteractive }: Terminal, isTrial: boolean): 'text' | 'json' {
  return isInteractive || isTrial ? 'text' : 'json';
}
