/** The title and the icon of the tab say the verdict. */

import { effect } from '@preact/signals';
import { isStale, snapshot } from './gateway.ts';
import { signOfState } from './words.ts';

const colors = { well: '#2e9e5b', resting: '#d99a1c', broken: '#d6453d', unknown: '#8a8f98' };

export function showInTab(): void {
  effect(() => {
    const state = isStale.value ? 'unknown' : (snapshot.value?.verdict.state ?? 'unknown');
    document.title = `${isStale.value ? '…' : signOfState(state)} Holdfast`;
    const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="${colors[state]}"/></svg>`;
    document
      .querySelector('link[rel=icon]')
      ?.setAttribute('href', `data:image/svg+xml,${encodeURIComponent(icon)}`);
  });
}
