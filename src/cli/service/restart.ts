/** Restarts the service, and finds out what callers met meanwhile. */

import { type RunFacts, readRunFile } from '../../gateway/run-file.ts';
import { askStatus } from '../../host/ask-status.ts';
import type { ServiceState } from '../../service/supervisor.ts';
import { runAll, type ServiceControl } from './control.ts';

/** Another connection is tried after so long. */
const stepMs = 10;

/** A gateway that does not answer so long after its supervisor was done is not waited for. */
const patienceMs = 15_000;

export interface Restarted {
  /** For so long connections were refused, at most. Undefined: unknown. */
  readonly refusedMs: number | undefined;
  /** Where the supervisor kept the port. */
  readonly keptAt?: string | undefined;
}

export async function restartService(
  control: ServiceControl,
  { heldAt }: Pick<ServiceState, 'heldAt'>,
): Promise<Restarted> {
  const { host, paths, supervisor } = control;
  const running = readRunFile(host, paths.runFile);
  // A gateway that is not served from the held port: the port was changed, or the unit is new.
  const isKept = running?.isHeld === true && running.url === `http://${heldAt}`;
  const work = (): Promise<void> =>
    runAll(host, supervisor.restart(heldAt !== undefined && !isKept));
  if (!isKept && running !== undefined)
    return { refusedMs: await measureOutage(control, running, work) };
  await work();
  return { refusedMs: isKept ? 0 : undefined, keptAt: isKept ? heldAt : undefined };
}

/** Connects again and again, until the work is done and another gateway answers. */
export async function measureOutage(
  { host, paths: { runFile } }: Pick<ServiceControl, 'host' | 'paths'>,
  before: RunFacts,
  work: () => Promise<void>,
): Promise<number | undefined> {
  const { clock } = host;
  const watch = new Watch(clock.monotonic());
  let doneAt = Number.POSITIVE_INFINITY;
  let isOver = false;
  const worked = work().finally(() => {
    doneAt = clock.monotonic();
  });
  worked.catch(() => {
    isOver = true; // it rejects below
  });
  while (!isOver) {
    const now = readRunFile(host, runFile) ?? before;
    const isThere = await answers(now.url);
    const at = clock.monotonic();
    watch.note(isThere, at);
    const isAnother = isThere && now.token !== before.token && doneAt <= at;
    isOver ||= isAnother || at - doneAt > patienceMs;
    if (!isOver) await clock.sleep(stepMs);
  }
  await worked;
  return watch.isRefused ? undefined : watch.refusedMs;
}

class Watch {
  /** The longest time from one answer to the next with a refusal between them. */
  refusedMs = 0;
  /** The last connection was refused. */
  isRefused = false;
  #answeredAt: number;

  constructor(startedAt: number) {
    this.#answeredAt = startedAt;
  }

  note(isThere: boolean, at: number): void {
    if (isThere && this.isRefused) this.refusedMs = Math.max(this.refusedMs, at - this.#answeredAt);
    if (isThere) this.#answeredAt = at;
    this.isRefused = !isThere;
  }
}

async function answers(url: string): Promise<boolean> {
  const asked = { header: 'user-agent', timeoutMs: 1000 };
  return (await askStatus(new URL(`${url}/healthz`), asked)).status !== undefined;
}
