/**
 * What the page knows of the gateway: its last snapshot, kept up to date by the stream of events,
 * and how the connection to it stands.
 */

import { computed, effect, signal } from '@preact/signals';
import type { Snapshot } from '../explain/snapshot/snapshot.ts';
import { applyDelta, type ReceivedDelta } from './apply-delta.ts';
import { ask, isVisible, openStream, readClock, repeat } from './browser.ts';

/** Older data are grey: the gateway sends something each second. */
const staleMs = 3000;
/** Without a word for this long the stream is opened anew: it may be dead without an end. */
const patienceMs = 5000;

export const snapshot = signal<Snapshot | undefined>(undefined);
/** When the gateway was last heard of, by this machine's clock. 0: never. */
const heardAt = signal(0);
/** This machine's clock, each second. */
const localNow = signal(readClock());
/** The gateway's clock less this machine's, ms. */
const offsetMs = signal(0);
/** The caller whose key has opened the page and sees its own. Undefined: an admin's, or unknown. */
export const caller = signal<string | undefined>(undefined);
/** The gateway lets this browser in no longer. */
export const isShutOut = signal(false);

/** The gateway's time, each second. */
export const now = computed(() => localNow.value + offsetMs.value);
export const silentMs = computed(() => Math.max(0, localNow.value - heardAt.value));
export const isStale = computed(() => isShutOut.value || silentMs.value > staleMs);

let close: (() => void) | undefined;
let openedAt = 0;

/** Asks who this browser is, and keeps the stream open while the page is visible. */
export function follow(): void {
  void findReason().then(() => {
    if (caller.value === undefined && !isShutOut.value) open();
  });
  repeat(1000, () => {
    localNow.value = readClock();
    if (!isVisible()) hangUp();
    else if (caller.value !== undefined) void findReason();
    else if (openedAt > 0 && (close === undefined || isDead())) open();
  });
}

function isDead(): boolean {
  return readClock() - Math.max(heardAt.value, openedAt) > patienceMs;
}

function hangUp(): void {
  close?.();
  close = undefined;
}

function open(): void {
  hangUp();
  openedAt = readClock();
  close = openStream('/admin/events', ['snapshot', 'delta', 'beat'], {
    onEvent: take,
    onEnd: () => {
      close = undefined;
      void findReason();
    },
  });
}

/** A stream that ends does not say why, and a caller's own session has none. */
async function findReason(): Promise<void> {
  const { status, body } = await ask('/admin/session');
  isShutOut.value = status === 401 || status === 403;
  if (status !== 200) return;
  const { name, scope } = parseSession(body);
  caller.value = scope === 'call' ? name : undefined;
  if (caller.value === undefined) return;
  hangUp();
  heardAt.value = readClock();
}

function parseSession(body: unknown): { readonly name: string; readonly scope: string } {
  return body as { readonly name: string; readonly scope: string };
}

function take(name: string, data: string): void {
  const told = parseTold(data);
  if (heardAt.value === 0 || readClock() - heardAt.value > staleMs) void reloadIfNewer();
  heardAt.value = readClock();
  localNow.value = readClock();
  offsetMs.value = told.at - readClock();
  isShutOut.value = false;
  if (name === 'snapshot') snapshot.value = parseSnapshot(data);
  else if (snapshot.value !== undefined && name === 'delta')
    snapshot.value = applyDelta(snapshot.value, told);
}

/** Of a `snapshot` or a `beat`, only its time is read so. */
function parseTold(data: string): ReceivedDelta {
  return JSON.parse(data) as ReceivedDelta;
}

function parseSnapshot(data: string): Snapshot {
  return JSON.parse(data) as Snapshot;
}

/** After an upgrade the gateway serves another page. */
async function reloadIfNewer(): Promise<void> {
  const { body } = await ask('page.json');
  const own = document.querySelector('meta[name=page]')?.getAttribute('content');
  const hash = typeof body === 'object' && body !== null && 'hash' in body ? body.hash : own;
  if (hash !== own) location.reload();
}

const colors = { well: '#2e9e5b', resting: '#d99a1c', broken: '#d6453d', unknown: '#8a8f98' };
const signs = { well: '✓', resting: '◐', broken: '✗', unknown: '?' };

/** The title and the icon of the tab say the verdict. */
export function showInTab(): void {
  effect(() => {
    const state = isStale.value ? 'unknown' : (snapshot.value?.verdict.state ?? 'unknown');
    const sign = isStale.value ? '…' : signs[state];
    document.title = `${sign} Holdfast`;
    const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="${colors[state]}"/></svg>`;
    document
      .querySelector('link[rel=icon]')
      ?.setAttribute('href', `data:image/svg+xml,${encodeURIComponent(icon)}`);
  });
}
