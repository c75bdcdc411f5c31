/**
 * What the gateway tells systemd: ready, reloading, stopping, alive. Node opens no unix datagram
 * socket, so each message is one run of `systemd-notify` (5 ms of another process); without
 * NOTIFY_SOCKET nothing is run.
 */

import type { Host, Timer } from '../host.ts';

/** A manager that is busy is given this long. */
const patienceMs = 5000;

export class Notifier {
  readonly #host: Host;
  readonly #socket: string | undefined;
  readonly #onFault: (text: string) => void;
  #said: Promise<void> = Promise.resolve();
  #watchdog: Timer | undefined;
  #isFaultTold = false;

  /** `onFault` hears once why systemd is told nothing. */
  constructor(host: Host, onFault: (text: string) => void) {
    this.#host = host;
    this.#socket = host.environment.get('NOTIFY_SOCKET');
    this.#onFault = onFault;
  }

  /**
   * The gateway listens. From here on the watchdog hears of us, as long as the event loop turns.
   */
  ready(status: string): void {
    this.#say('READY=1', `STATUS=${status}`);
    const limitMs = readWatchdogMs(this.#host);
    if (this.#socket && limitMs !== undefined) this.#keepAlive(limitMs / 3);
  }

  /** Runs the reload, and says before and after it that it is one. */
  reload(work: () => void): void {
    this.#say('RELOADING=1', 'STATUS=reading the configuration again');
    work();
    this.#say('READY=1', 'STATUS=the configuration was read again');
  }

  stopping(status: string): void {
    this.#say('STOPPING=1', `STATUS=${status}`);
  }

  /** Resolves when everything has been said. */
  async close(): Promise<void> {
    this.#watchdog?.cancel();
    await this.#said;
  }

  /** Two messages may be lost or late before the manager loses patience. */
  #keepAlive(everyMs: number): void {
    this.#watchdog = this.#host.clock.startTimer(everyMs, () => {
      this.#say('WATCHDOG=1');
      this.#keepAlive(everyMs);
    });
  }

  /** One after the other: STOPPING must not overtake READY. */
  #say(...assignments: readonly string[]): void {
    const socket = this.#socket;
    if (socket) this.#said = this.#said.then(() => this.#run(socket, assignments));
  }

  async #run(socket: string, assignments: readonly string[]): Promise<void> {
    const result = await this.#host.run(['systemd-notify', ...assignments], {
      shell: false,
      timeoutMs: patienceMs,
      outputLimit: 4096,
      environment: {
        NOTIFY_SOCKET: socket,
        PATH: this.#host.environment.get('PATH') ?? '/usr/bin:/bin',
      },
      signal: new AbortController().signal,
    });
    if (result.ended === 'exited' && result.status === 0) return;
    if (this.#isFaultTold) return;
    this.#isFaultTold = true;
    const because = result.ended === 'not-started' ? result.reason : result.errorOutput.trim();
    this.#onFault(
      `systemd-notify failed (${because || result.ended}): systemd does not hear that this gateway is ready. How to fix: install systemd-notify, or set Type=exec and WatchdogSec=0 with \`systemctl edit\``,
    );
  }
}

/**
 * How long the manager waits for a sign of life from this process; undefined where it waits for
 * none.
 */
function readWatchdogMs({ environment, processId }: Host): number | undefined {
  const limitMs = Number(environment.get('WATCHDOG_USEC') ?? Number.NaN) / 1000;
  const watched = environment.get('WATCHDOG_PID');
  const isForUs = watched === undefined || watched === String(processId);
  return limitMs > 0 && isForUs ? limitMs : undefined;
}
