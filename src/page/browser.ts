/**
 * The page's one door to the browser: its clock, timers, requests and the stream of events. Times
 * are epoch ms of this machine.
 */

export function readClock(): number {
  return Date.now();
}

/** Calls back each `ms`, and at once when the page becomes visible again. */
export function repeat(ms: number, callback: () => void): void {
  setInterval(callback, ms);
  document.addEventListener('visibilitychange', callback);
}

export function isVisible(): boolean {
  return document.visibilityState === 'visible';
}

export interface Listeners {
  readonly onEvent: (name: string, data: string) => void;
  readonly onEnd: () => void;
}

/** Opens a stream that does not reconnect by itself: a browser waits too long. */
export function openStream(
  path: string,
  names: readonly string[],
  { onEvent, onEnd }: Listeners,
): () => void {
  const stream = new EventSource(path);
  const close = (): void => stream.close();
  for (const name of names)
    stream.addEventListener(name, ({ data }) => onEvent(name, String(data)));
  stream.addEventListener('error', () => {
    close();
    onEnd();
  });
  return close;
}

/** Resolves with the status, 0 where nobody answers, and the body where it is JSON. */
export async function ask(
  path: string,
  posted?: object,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const init =
    posted === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(posted),
        };
  try {
    const response = await fetch(path, { cache: 'no-store', ...init });
    return { status: response.status, body: await response.json() };
  } catch {
    return { status: 0, body: undefined }; // unreachable, or no answer of ours
  }
}

/** Rejects where the browser does not allow it: a page that is not from this machine, for one. */
export async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}
