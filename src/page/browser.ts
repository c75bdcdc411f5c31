/**
 * The page's one door to the browser: its clock, timers, requests, the stream of events, the worker
 * of all tabs, and notifications. Times are epoch ms of this machine.
 */

export function readClock(): number {
  return Date.now();
}

export function repeat(ms: number, callback: () => void): void {
  setInterval(callback, ms);
}

export function isVisible(): boolean {
  return document.visibilityState === 'visible';
}

/** Calls back when the tab is shown or hidden, also on the way back from another page. */
export function onShown(callback: () => void): void {
  document.addEventListener('visibilitychange', callback);
  addEventListener('pageshow', callback);
}

/** Calls back when the tab is closed or leads elsewhere. */
export function onLeave(callback: () => void): void {
  addEventListener('pagehide', callback);
}

/** Of the sources of this page: another one is another version. */
export function pageHash(): string {
  return document.querySelector('meta[name=page]')?.getAttribute('content') ?? '';
}

/** Loads the page anew for another version, once for each: a page that stays old must not turn. */
export function reloadFor(hash: string): void {
  if (sessionStorage.getItem('holdfast-loaded') === hash) return;
  sessionStorage.setItem('holdfast-loaded', hash);
  location.reload();
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

interface AskedHow {
  /** The body of a change. Absent: a GET. */
  readonly posted?: object;
  /** Default: as long as it takes. */
  readonly withinMs?: number;
}

export interface GatewayAnswer {
  /** 0: nobody answered. */
  readonly status: number;
  /** Where it is JSON. */
  readonly body: unknown;
}

export async function ask(
  path: string,
  { posted, withinMs }: AskedHow = {},
): Promise<GatewayAnswer> {
  const init =
    posted === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(posted),
        };
  const signal = withinMs === undefined ? null : AbortSignal.timeout(withinMs);
  try {
    const response = await fetch(path, { cache: 'no-store', signal, ...init });
    return { status: response.status, body: await response.json() };
  } catch {
    return { status: 0, body: undefined }; // unreachable, or no answer of ours
  }
}

/** Rejects where the browser does not allow it: a page that is not from this machine, for one. */
export async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}

/**
 * Joins the worker of all tabs, or starts it, and returns what tells it something. Undefined where
 * the browser has no such worker, as Chrome on Android.
 */
export function joinWorker<News, Word>(
  path: string,
  { onTold, onFail }: { readonly onTold: (told: News) => void; readonly onFail: () => void },
): ((said: Word) => void) | undefined {
  if (!('SharedWorker' in globalThis)) return undefined;
  const worker = new SharedWorker(path);
  worker.addEventListener('error', onFail);
  worker.port.onmessage = ({ data }) => onTold(data);
  return (said) => worker.port.postMessage(said);
}

/**
 * In that worker: calls `onTab` with what tells a new tab something; what that returns hears the
 * tab.
 */
export function listenForTabs<News, Word>(
  onTab: (tell: (told: News) => void) => (said: Word) => void,
): void {
  addEventListener('connect', (event) => {
    if (!(event instanceof MessageEvent)) return;
    for (const port of event.ports) {
      const hear = onTab((told) => port.postMessage(told));
      port.onmessage = ({ data }) => hear(data);
    }
  });
}

/** The worker shows them: a tab without one has nothing to say while it is hidden. */
export function canNotify(): boolean {
  return 'Notification' in globalThis && 'SharedWorker' in globalThis;
}

export function mayNotify(): boolean {
  return canNotify() && Notification.permission === 'granted';
}

/** The browser asks the person, at a click. */
export async function askForNotices(): Promise<boolean> {
  return (await Notification.requestPermission()) === 'granted';
}

/** A later one replaces it. */
export function showNotice(title: string, body: string): void {
  try {
    new Notification(title, { body, tag: 'holdfast' });
  } catch {
    // the browser takes them from a service worker only
  }
}

/** What all tabs of this browser know. */
export function recall(name: string): string | null {
  return localStorage.getItem(name);
}

export function remember(name: string, value: string): void {
  localStorage.setItem(name, value);
}
