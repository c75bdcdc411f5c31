/**
 * The places of a body, as the tables of `docs/translation.md` name them:
 * `messages[user].content[text].text`.
 */

/**
 * Everything that stands in a body: its place, and what it is. An element of a list is named by its
 * role or type.
 */
export function leavesOf(value: unknown, place = ''): readonly (readonly [string, string])[] {
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((element) => leavesOf(element, `${place}[${kindOf(element)}]`));
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0)
    return [[place, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([field, inner]) =>
    leavesOf(inner, place === '' ? field : `${place}.${field}`),
  );
}

/** As much of JSON Schema as the shapes of the wire are told in. */
interface ShapeSchema {
  readonly anyOf?: readonly ShapeSchema[];
  readonly oneOf?: readonly ShapeSchema[];
  readonly type?: string;
  readonly items?: ShapeSchema;
  readonly properties?: Readonly<Record<string, ShapeSchema>>;
  readonly enum?: readonly string[];
  readonly const?: string;
}

function kindOf(element: { readonly role?: string; readonly type?: string } | undefined): string {
  return element?.role ?? element?.type ?? '';
}

/** The places at which two bodies differ. */
export function differencesOf(one: object, other: object): readonly string[] {
  const left = leavesOf(one).map((leaf) => leaf.join(' '));
  const right = leavesOf(other).map((leaf) => leaf.join(' '));
  const changed = [...without(left, right), ...without(right, left)].map(
    (leaf) => leaf.split(' ', 1)[0] ?? '',
  );
  return [...new Set(changed)].filter((place) => !isKind(place)).sort();
}

function without(all: readonly string[], some: readonly string[]): readonly string[] {
  const left = [...some];
  return all.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** The role or type by which an element of a list is named already. */
export function isKind(place: string): boolean {
  return /\]\.(role|type)$/.test(place);
}

/** Whether a place stands at or inside of a named one. */
export function isWithin(place: string, named: string): boolean {
  return place === named || place.startsWith(`${named}.`) || place.startsWith(`${named}[`);
}

/** The same, where the name may leave the kind of an element open: `input[].id`. */
export function isNamed(place: string, name: string): boolean {
  const open = name
    .replaceAll('.', '\\.')
    .replaceAll('[]', '\\[\\w*\\]')
    .replaceAll(/\[(\w+)\]/g, '\\[(?:$1)?\\]');
  return isWithin(place, name) || new RegExp(`^${open}(?:[.[]|$)`).test(place);
}

/** Every place that a shape reads, as JSON Schema tells it; free objects count as one. */
export function placesOf(schema: ShapeSchema, place = ''): readonly string[] {
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined)
    return [...new Set(branches.flatMap((branch) => placesOf(branch, place)))];
  if (schema.type === 'null') return [];
  if (schema.type === 'array')
    return variantsOf(schema.items).flatMap(([kind, items]) =>
      placesOf(items, `${place}[${kind}]`),
    );
  if (schema.properties === undefined) return isKind(place) ? [] : [place];
  return Object.entries(schema.properties).flatMap(([field, inner]) =>
    placesOf(inner, place === '' ? field : `${place}.${field}`),
  );
}

/** The kinds of elements of a list: one for each role or type that its shape knows. */
function variantsOf(items: ShapeSchema = {}): readonly (readonly [string, ShapeSchema])[] {
  const branches = items.anyOf ?? items.oneOf;
  if (branches !== undefined) return branches.flatMap((branch) => variantsOf(branch));
  const kinds = [items.properties?.['role'], items.properties?.['type']].flatMap(literalsOf);
  const own =
    kinds.length > 1 && kinds.includes('message')
      ? kinds.filter((kind) => kind !== 'message')
      : kinds;
  return own.length === 0 ? [['', items]] : own.map((kind) => [kind, items] as const);
}

function literalsOf(schema: ShapeSchema | undefined): readonly string[] {
  if (schema === undefined) return [];
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap(literalsOf);
  return schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
}
