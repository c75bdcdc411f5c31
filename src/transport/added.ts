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

/** A list without refused items passes byte for byte; one with nothing else stays behind. */
export function pickOpen(
  headers: Headers,
  { names, refusedItems }: { readonly names: RegExp; readonly refusedItems: RegExp },
): Headers {
  const picked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!names.test(name)) continue;
    const items = itemsOf(value);
    const kept = items.filter((item) => !refusedItems.test(item));
    if (kept.length === items.length) picked[name] = value;
    else if (kept.length > 0) picked[name] = kept.join(',');
  }
  return picked;
}

function itemsOf(list: string): readonly string[] {
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
