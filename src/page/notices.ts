/** The switch of notifications, one for all tabs of a browser. Only a click turns it on. */

import { signal } from '@preact/signals';
import { askForNotices, mayNotify, recall, remember } from './browser.ts';

const name = 'holdfast-notices';

export const wantsNotices = signal(false);

/** Another tab may have switched it. */
export function readNotices(): void {
  wantsNotices.value = mayNotify() && recall(name) === 'on';
}

/** Resolves with what keeps it off although it was to be on. */
export async function switchNotices(): Promise<string | undefined> {
  const isOn = !wantsNotices.value && (await askForNotices());
  const isRefused = !wantsNotices.value && !isOn;
  remember(name, isOn ? 'on' : 'off');
  readNotices();
  return isRefused ? 'the browser does not allow it' : undefined;
}
