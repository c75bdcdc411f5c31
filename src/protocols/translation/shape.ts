/**
 * Shapes of client bodies for the translate leg. A body is checked in place: nothing is copied, the
 * check stops at the first fault, and fields in no shape are noted.
 */

import { isRecord, type WireObject } from '../json/is-record.ts';

/** Describes valid values of type `T`. */
export interface WireShape<T> {
  readonly check: (value: unknown, walk: Walk) => Fault | undefined;
  /** The same as JSON Schema; a test compares docs/translation.md with it. */
  readonly schema: WireObject;
  /** It is never set: it only carries the type. */
  readonly type?: T;
}

export type Infer<S> = S extends WireShape<infer T> ? T : never;

/** Reports an invalid value. */
export interface Fault {
  readonly path: readonly (string | number)[];
  readonly expected: string;
}

/** Holds the state of one check of a body. */
export class Walk {
  /** Non-empty fields that no shape has, each once: `messages[].name`. */
  readonly unread = new Set<string>();
  /** Is the current path: names, and `[]` for an element. */
  readonly #place: string[] = [];

  /** Checks a nested value. Only containers extend the path. */
  into(step: string, value: unknown, check: WireShape<unknown>['check']): Fault | undefined {
    if (typeof value !== 'object') return check(value, this);
    this.#place.push(step);
    const found = check(value, this);
    this.#place.pop();
    return found;
  }

  noteUnread(field: string): void {
    this.unread.add([...this.#place, field].join('.').replaceAll('.[]', '[]'));
  }
}

function primitive<T>(type: string): WireShape<T> {
  const fault: Fault = { path: [], expected: type };
  return { check: (value) => (typeof value === type ? undefined : fault), schema: { type } };
}

export const text = primitive<string>('string');
export const number: WireShape<number> = {
  check: (value) => (Number.isFinite(value) ? undefined : { path: [], expected: 'number' }),
  schema: { type: 'number' },
};
export const flag = primitive<boolean>('boolean');
export const anything: WireShape<unknown> = { check: () => undefined, schema: {} };

const noObject: Fault = { path: [], expected: 'object' };

/** Accepts any object, with content of the user's own. */
export const anyObject: WireShape<WireObject> = {
  check: (value) => (isRecord(value) ? undefined : noObject),
  schema: { type: 'object' },
};

export function word<const W extends string>(...words: readonly W[]): WireShape<W> {
  const known: ReadonlySet<unknown> = new Set(words);
  const fault: Fault = { path: [], expected: words.join(' or ') };
  return { check: (value) => (known.has(value) ? undefined : fault), schema: { enum: words } };
}

const nothing: WireObject = { type: 'null' };

/** Allows null and a missing field. */
export function maybe<T>({ check, schema }: WireShape<T>): WireShape<T | null | undefined> {
  return {
    check: (value, walk) =>
      value === undefined || value === null ? undefined : check(value, walk),
    schema: { anyOf: [schema, nothing] },
  };
}

/** A field that must not be set. */
export const absent: WireShape<null | undefined> = maybe({
  check: () => ({ path: [], expected: 'null' }),
  schema: nothing,
});

export function list<T>({ check, schema }: WireShape<T>): WireShape<T[]> {
  const fault: Fault = { path: [], expected: 'array' };
  return {
    check: (value, walk) => {
      if (!Array.isArray(value)) return fault;
      for (let index = 0; index < value.length; index++) {
        const found = walk.into('[]', value[index], check);
        if (found !== undefined) return inside(index, found);
      }
      return undefined;
    },
    schema: { type: 'array', items: schema },
  };
}

type Fields = Readonly<Record<string, WireShape<unknown>>>;
type Missable<F extends Fields> = {
  [Name in keyof F]: undefined extends Infer<F[Name]> ? Name : never;
}[keyof F];
type ObjectOf<F extends Fields> = {
  readonly [Name in Exclude<keyof F, Missable<F>>]: Infer<F[Name]>;
} & { readonly [Name in Missable<F>]?: Infer<F[Name]> | undefined };

export function object<F extends Fields>(fields: F): WireShape<ObjectOf<F>> {
  return createObject(fields, (name, value, walk) => {
    if (!saysNothing(value)) walk.noteUnread(name);
    return undefined;
  });
}

/** An object whose other fields are ignored. */
export function openObject<F extends Fields>(fields: F): WireShape<ObjectOf<F>> {
  return createObject(fields, () => undefined);
}

function createObject<F extends Fields>(
  fields: F,
  note: (name: string, value: unknown, walk: Walk) => undefined,
): WireShape<ObjectOf<F>> {
  const all = Object.entries(fields);
  const checks = new Map(all.map(([name, { check }]) => [name, check] as const));
  const missing = all.flatMap(([name, { check }]) => {
    const fault = check(undefined, new Walk());
    return fault === undefined ? [] : [[name, inside(name, fault)] as const];
  });
  return {
    check: (value, walk) => {
      if (!isRecord(value)) return noObject;
      for (const name in value) {
        const check = checks.get(name);
        const found =
          check === undefined ? note(name, value[name], walk) : walk.into(name, value[name], check);
        if (found !== undefined) return inside(name, found);
      }
      for (const [name, fault] of missing) if (value[name] === undefined) return fault;
      return undefined;
    },
    schema: {
      type: 'object',
      properties: Object.fromEntries(all.map(([name, { schema }]) => [name, schema])),
    },
  };
}

function inside(step: string | number, { path, expected }: Fault): Fault {
  return { path: [step, ...path], expected };
}

function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** A text of this shape, or a value that is not a text. */
export function either<T extends string, U>(
  said: WireShape<T>,
  other: WireShape<U>,
): WireShape<T | U> {
  return {
    check: (value, walk) => {
      if (typeof value === 'string') return said.check(value, walk);
      const found = other.check(value, walk);
      return found?.path.length === 0
        ? { ...found, expected: `string or ${found.expected}` }
        : found;
    },
    schema: { anyOf: [said.schema, other.schema] },
  };
}

/** The fields of a variant besides its discriminator, or a shape that includes it. */
type KindShape = Fields | WireShape<unknown>;
type KindOf<Field extends string, Name extends string, K extends KindShape> =
  K extends WireShape<infer T>
    ? T
    : K extends Fields
      ? { readonly [F in Field]: Name } & ObjectOf<K>
      : never;

/**
 * An object of one of several kinds, selected by `field`; `usual` applies if the field is missing.
 */
export function variant<Field extends string, Kinds extends Readonly<Record<string, KindShape>>>(
  field: Field,
  kinds: Kinds,
  usual?: keyof Kinds & string,
): WireShape<
  { [Name in keyof Kinds & string]: KindOf<Field, Name, Kinds[Name]> }[keyof Kinds & string]
> {
  const shapes = Object.entries(kinds).map(([name, kind]): [string, WireShape<unknown>] => {
    if (isShape(kind)) return [name, kind];
    return [name, object({ [field]: name === usual ? maybe(word(name)) : word(name), ...kind })];
  });
  const byName: ReadonlyMap<unknown, WireShape<unknown>> = new Map(shapes);
  const fault: Fault = { path: [field], expected: [...byName.keys()].join(' or ') };
  return {
    check: (value, walk) => {
      if (!isRecord(value)) return noObject;
      const shape = byName.get(value[field] ?? usual);
      return shape === undefined ? fault : shape.check(value, walk);
    },
    schema: { anyOf: shapes.map(([, { schema }]) => schema) },
  };
}

function isShape(kind: KindShape): kind is WireShape<unknown> {
  return typeof kind['check'] === 'function';
}
