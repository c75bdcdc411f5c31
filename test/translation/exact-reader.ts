/**
 * JSON read for tests without losing anything: numbers as they are written, members in their order,
 * and each as often as it stands.
 */

export type Exact =
  | { readonly number: string }
  | { readonly members: readonly (readonly [string, Exact])[] }
  | readonly Exact[]
  | string
  | boolean
  | null;

const token = /\s*(?:([{}[\],:])|("(?:[^"\\]|\\[^\n])*")|(-?\d[\d.eE+-]*)|(true|false|null))/y;

/** Throws for what is not JSON. */
export function readExact(text: string): Exact {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (text.slice(token.lastIndex).trim() !== '') {
    const at = token.lastIndex;
    const [found] = token.exec(text) ?? [];
    if (found === undefined) throw new SyntaxError(`no JSON at ${at}: ${text.slice(at, at + 40)}`);
    tokens.push(found.trim());
  }
  const [value, end] = readValue(tokens, 0);
  if (end !== tokens.length) throw new SyntaxError('something stands behind the JSON');
  return value;
}

function readValue(tokens: readonly string[], at: number): readonly [Exact, number] {
  const first = tokens[at] ?? '';
  if (first === '{') return readMembers(tokens, at + 1);
  if (first === '[') return readItems(tokens, at + 1);
  if (first.startsWith('"')) return [JSON.parse(first), at + 1];
  if (first === 'null') return [null, at + 1];
  if (first === 'true' || first === 'false') return [first === 'true', at + 1];
  return [{ number: first }, at + 1];
}

function readMembers(tokens: readonly string[], start: number): readonly [Exact, number] {
  const members: (readonly [string, Exact])[] = [];
  let at = start;
  while (tokens[at] !== '}') {
    if (tokens[at] === ',') at += 1;
    const [value, end] = readValue(tokens, at + 2);
    members.push([JSON.parse(tokens[at] ?? ''), value]);
    at = end;
  }
  return [{ members }, at + 1];
}

function readItems(tokens: readonly string[], start: number): readonly [Exact, number] {
  const items: Exact[] = [];
  let at = start;
  while (tokens[at] !== ']') {
    if (tokens[at] === ',') at += 1;
    const [value, end] = readValue(tokens, at);
    items.push(value);
    at = end;
  }
  return [items, at + 1];
}

/** Whatever stands under this name, wherever that is, in its order. */
export function findAll(value: Exact, name: string): readonly Exact[] {
  if (Array.isArray(value)) return value.flatMap((item) => findAll(item, name));
  if (value === null || typeof value !== 'object' || !('members' in value)) return [];
  return value.members.flatMap(([key, member]) =>
    key === name ? [member] : findAll(member, name),
  );
}
