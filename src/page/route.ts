/** Which view is shown: the part of the address behind `#`, such as `#request/hfr_1`. */

import { signal } from '@preact/signals';

export interface View {
  readonly name: string;
  /** What the view is of, such as the id of a request. */
  readonly of: string;
}

export const view = signal(parseView(location.hash));

addEventListener('hashchange', () => {
  view.value = parseView(location.hash);
});

function parseView(hash: string): View {
  const [name = '', ...of] = hash.slice(1).split('/');
  return { name: name || 'now', of: decode(of.join('/')) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // an address that a person has typed
  }
}

export function linkTo(view: string, of = ''): string {
  return of === '' ? `#${view}` : `#${view}/${encodeURIComponent(of)}`;
}

export function go(to: string, of = ''): void {
  location.hash = linkTo(to, of);
}
