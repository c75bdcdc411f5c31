/**
 * What the gateway tells systemd: ready, reloading, stopping, alive. Node opens no unix datagram socket, so each message is
 * one run of `systemd-notify` (5 ms of another process); without NOTIFY_SOCKET nothing is run.
 */

import type { Host, Timer } from '../host.ts';

export interface Notifier {
  /** The gateway listens. From here on the watchdog hears of us, as long as the event loop turns. */
  ready(status: string): void;
  /** Runs the reload, and says before and after it that it is one. */
  reload(work: () => void): void;
  stopping(status: string): void;
  /** Resolves when everything has been said. */
  close(): Promise<void>;
}

/** `onFault` hears once why systemd is told nothing. */
export function createNotifier(host: Host, onFault: (text: string) => void): Notifier {
  const socket = host.environment.get('NOTIFY_SOCKET');
  if (socket === undefined || socket === '') return silent;
  return new SystemdNotifier(host, socket, onFault);
}

const silent: Notifier = {
  ready: () => undefined,
  reload: (work) => work(),
  stopping: () => undefined,
  close: async () => undefined,
};

/** A manager that is busy is given this long. */
const patienceMs = 5000;

class SystemdNotifier implements Notifier {
  readonly #host: Host;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #onFault: (text: string) => void;
  #said: Promise<void> = Promise.resolve();
  #watchdog: Timer | undefined;
  #isFaultTold = false;

  constructor(host: Host, socket: string, onFault: (text: string) => void) {
    this.#host = host;
    this.#environment = { NOTIFY_SOCKET: socket, PATH: host.environment.get('PATH') ?? '/usr/bin:/bin' };
    this.#onFault = onFault;
  }

  ready(status: string): void {
    this.#say('READY=1', `STATUS=${status}`);
    const limitMs = readWatchdogMs(this.#host);
    if (limitMs !== undefined) this.#keepAlive(limitMs / 3);
  }

  reload(work: () => void): void {
    this.#say('RELOADING=1', 'STATUS=reading the configuration again');
    work();
    this.#say('READY=1', 'STATUS=the configuration was read again');
  }

  stopping(status: string): void {
    this.#say('STOPPING=1', `STATUS=${status}`);
  }

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
    this.#said = this.#said.then(() => this.#run(assignments));
  }

  async #run(assignments: readonly string[]): Promise<void> {
    const result = await this.#host.run(['systemd-notify', ...assignments], {
      shell: false,
      timeoutMs: patienceMs,
      outputLimit: 4096,
      environment: this.#environment,
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

/** How long the manager waits for a sign of life from this process; undefined where it waits for none. */
function readWatchdogMs({ environment, processId }: Host): number | undefined {
  const limitMs = Number(environment.get('WATCHDOG_USEC') ?? Number.NaN) / 1000;
  const watched = environment.get('WATCHDOG_PID');
  const isForUs = watched === undefined || watched === String(processId);
  return limitMs > 0 && isForUs ? limitMs : undefined;
}
