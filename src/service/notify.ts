/**
 * Sends the gateway's state to systemd: ready, reloading, stopping, alive. Node opens no unix
 * datagram socket, so each message is one run of `systemd-notify` (5 ms of another process).
 * Without NOTIFY_SOCKET nothing is run.
 */

import type { Host, Timer } from '../host.ts';

/** A busy manager may take this long. */
const patienceMs = 5000;

export class Notifier {
  readonly #host: Host;
  readonly #socket: string | undefined;
  readonly #onFault: (text: string) => void;
  #said: Promise<void> = Promise.resolve();
  #watchdog: Timer | undefined;
  #isFaultReported = false;

  /** `onFault` is called once with the reason if systemd cannot be notified. */
  constructor(host: Host, onFault: (text: string) => void) {
    this.#host = host;
    this.#socket = host.environment.get('NOTIFY_SOCKET');
    this.#onFault = onFault;
  }

  /**
   * Call it when the gateway listens. From then on the watchdog is notified as long as the event
   * loop turns.
   */
  ready(status: string): void {
    this.#say('READY=1', `STATUS=${status}`);
    const limitMs = readWatchdogMs(this.#host);
    if (this.#socket && limitMs !== undefined) this.#keepAlive(limitMs / 3);
  }

  /** Runs the reload, with a message before and after. */
  reload(work: () => void): void {
    this.#say('RELOADING=1', 'STATUS=reading the configuration again');
    work();
    this.#say('READY=1', 'STATUS=the configuration was read again');
  }

  stopping(status: string): void {
    this.#say('STOPPING=1', `STATUS=${status}`);
  }

  /** Resolves when all messages are sent. */
  async close(): Promise<void> {
    this.#watchdog?.cancel();
    await this.#said;
  }

  /** The interval allows two messages to be lost or late. */
  #keepAlive(everyMs: number): void {
    this.#watchdog = this.#host.clock.startTimer(everyMs, () => {
      this.#say('WATCHDOG=1');
      this.#keepAlive(everyMs);
    });
  }

  /** Messages are sent one after the other, since STOPPING must not overtake READY. */
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
    if (this.#isFaultReported) return;
    this.#isFaultReported = true;
    const because = result.ended === 'not-started' ? result.reason : result.errorOutput.trim();
    this.#onFault(
      `systemd-notify failed (${because || result.ended}): systemd does not hear that this gateway is ready. To fix: install systemd-notify, or set Type=exec and WatchdogSec=0 with \`systemctl edit\``,
    );
  }
}

/** Returns the watchdog's interval for this process; undefined if there is no watchdog. */
function readWatchdogMs({ environment, processId }: Host): number | undefined {
  const limitMs = Number(environment.get('WATCHDOG_USEC') ?? Number.NaN) / 1000;
  const watched = environment.get('WATCHDOG_PID');
  const isForUs = watched === undefined || watched === String(processId);
  return limitMs > 0 && isForUs ? limitMs : undefined;
}
