/**
 * What the page knows of the gateway: its last snapshot, kept up to date by the stream of events,
 * and how the connection to it stands.
 */

import { computed, signal } from '@preact/signals';
import type { Snapshot } from '../explain/snapshot/snapshot.ts';
import { applyDelta } from './apply-delta.ts';
import { ask, isVisible, onShown, pageHash, readClock, reloadFor, repeat } from './browser.ts';
import type { News } from './stream/follower.ts';
import { follow } from './stream/link.ts';

/** Older data are grey: the gateway sends something each second. */
const staleMs = 3000;

export const snapshot = signal<Snapshot | undefined>(undefined);
/** When the gateway was last heard of, by this machine's clock. 0: never. */
const heardAt = signal(0);
/** This machine's clock, each second. */
const localNow = signal(readClock());
/** The same while the page is visible: a hidden one draws nothing. */
const seenNow = signal(readClock());
/** The gateway's clock less this machine's, ms. */
const offsetMs = signal(0);
/** The caller whose key has opened the page and sees its own. Undefined: an admin's, or unknown. */
export const caller = signal<string | undefined>(undefined);
/** The gateway lets this browser in no longer. */
export const isShutOut = signal(false);

/** The gateway's time, each second. */
export const now = computed(() => seenNow.value + offsetMs.value);
export const silentMs = computed(() => Math.max(0, localNow.value - heardAt.value));
export const isStale = computed(() => isShutOut.value || silentMs.value > staleMs);
/** When the gateway was last heard of, by its clock. */
export const lastAt = computed(() => heardAt.value + offsetMs.value);

export function followGateway(): void {
  repeat(1000, tick);
  onShown(tick);
  follow(take);
}

function tick(): void {
  localNow.value = readClock();
  if (isVisible()) seenNow.value = localNow.value;
}

function take(told: News): void {
  tick();
  if (told.name === 'session') takeSession(told);
  else if (told.name === 'snapshot') {
    snapshot.value = told.snapshot;
    hear(told.heardAt, told.snapshot.at);
  } else if (told.name === 'delta') {
    if (snapshot.value !== undefined) snapshot.value = applyDelta(snapshot.value, told.delta);
    hear(told.heardAt, told.delta.at);
  } else if (told.name === 'beat') hear(told.heardAt, told.at);
}

/** A caller's own session has no stream: that it is answered is all that it hears. */
function takeSession({ heardAt, status, session }: Extract<News, { name: 'session' }>): void {
  if (status !== 0) isShutOut.value = status === 401 || status === 403;
  if (session === undefined) return;
  caller.value = session.scope === 'call' ? session.name : undefined;
  if (caller.value === undefined) return;
  snapshot.value = undefined;
  hear(heardAt, heardAt);
}

function hear(when: number, gatewayAt: number): void {
  if (when - heardAt.value > staleMs) void reloadIfNewer();
  heardAt.value = when;
  offsetMs.value = gatewayAt - when;
  isShutOut.value = false;
}

/** After an upgrade the gateway serves another page. */
async function reloadIfNewer(): Promise<void> {
  const { body } = await ask('page.json');
  const hash = typeof body === 'object' && body !== null && 'hash' in body ? body.hash : undefined;
  if (typeof hash === 'string' && hash !== pageHash()) reloadFor(hash);
}
