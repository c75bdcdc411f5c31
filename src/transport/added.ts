/**
 * Joins what two sides want in one request: its caller, and the configuration of a provider or a
 * translation (step 3 of a request). Pure.
 */

import type { Headers } from '../model/request.ts';

/**
 * Puts `more` over `headers`. A list of betas (`anthropic-beta`, `openai-beta`) is joined, since
 * each feature stands for itself.
 */
export function joinHeaders(headers: Headers, more: Headers): Headers {
  const joined: Record<string, string> = { ...headers, ...more };
  for (const [name, value] of Object.entries(more)) {
    const before = headers[name];
    if (before !== undefined && name.endsWith('-beta')) joined[name] = joinLists(before, value);
  }
  return joined;
}

function joinLists(...lists: readonly string[]): string {
  return [...new Set(lists.flatMap(itemsOf))].join(',');
}

/** Picks the open headers, each without the items that stay behind. */
export function pickOpen(
  headers: Headers,
  { names, refusedItems }: { readonly names: RegExp; readonly refusedItems: RegExp },
): Headers {
  const open = Object.entries(headers).filter(([name]) => names.test(name));
  return withoutItems(open, (item) => refusedItems.test(item));
}

/** Cuts these items out of every list of betas. */
export function cutBetas(headers: Headers, refused: readonly string[]): Headers {
  const isBeta = ([name]: readonly [string, string]): boolean => name.endsWith('-beta');
  const entries = Object.entries(headers);
  return {
    ...Object.fromEntries(entries.filter((entry) => !isBeta(entry))),
    ...withoutItems(entries.filter(isBeta), (item) => refused.includes(item)),
  };
}

/** A list without such an item passes byte for byte; one with nothing else is left out. */
function withoutItems(
  lists: readonly (readonly [string, string])[],
  isRefused: (item: string) => boolean,
): Headers {
  const kept = lists.flatMap(([name, value]) => {
    const items = itemsOf(value);
    const rest = items.filter((item) => !isRefused(item));
    if (rest.length === items.length) return [[name, value]];
    return rest.length === 0 ? [] : [[name, rest.join(',')]];
  });
  return Object.fromEntries(kept);
}

/** Returns the items of a list in a header. */
export function itemsOf(list: string): readonly string[] {
  const items = list.split(',').map((item) => item.trim());
  return items.filter((item) => item !== '');
}

/** Adds parameters in place of those of the same name, in any case, that the path has. */
export function addQuery(path: string, query: Readonly<Record<string, string>>): string {
  const [bare = '', ...rest] = path.split('?');
  const added = new Set(Object.keys(query).map((name) => name.toLowerCase()));
  const kept = rest
    .join('?')
    .split('&')
    .filter((pair) => pair !== '' && !added.has(nameOf(pair)));
  return `${bare}?${[...kept, String(new URLSearchParams(query))].join('&')}`;
}

function nameOf(pair: string): string {
  const [name = ''] = new URLSearchParams(pair).keys();
  return name.toLowerCase();
}
