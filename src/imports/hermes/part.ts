/**
 * One value of a Hermes file, with its place. Reading is lenient: a value of the wrong type counts
 * as absent, and unknown keys are ignored.
 */

import { formatKeyPath } from '../../config/schema/key-paths.ts';
import type { KeyPath } from '../../config/schema/schema.ts';
import { isRecord, listIn } from '../../protocols/json/is-record.ts';

/** The file, and the line of each key if known. */
interface PartFile {
  readonly path: string;
  lineOf?(path: KeyPath): number | undefined;
}

export class Part {
  readonly value: unknown;
  readonly file: PartFile;
  readonly path: KeyPath;

  constructor(value: unknown, file: PartFile, path: KeyPath = []) {
    this.value = value;
    this.file = file;
    this.path = path;
  }

  /** Returns the place for people: `/home/me/.hermes/config.yaml:5 model.api_key`. */
  get where(): string {
    const line = this.file.lineOf?.(this.path);
    return `${this.file.path}${line === undefined ? '' : `:${line}`} ${formatKeyPath(this.path)}`;
  }

  /** Returns the key path as a JSON pointer. */
  get pointer(): string {
    const parts = this.path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1'));
    return `/${parts.join('/')}`;
  }

  at(key: string | number): Part {
    const inside: unknown = Object(this.value)[key];
    return new Part(inside, this.file, [...this.path, key]);
  }

  /** Returns a part at the same place with other values. */
  with(values: Readonly<Record<string, unknown>>): Part {
    return new Part({ ...this.record(), ...values }, this.file, this.path);
  }

  /** Returns the first of these keys with a text; an empty text counts as absent. */
  text(...keys: readonly string[]): string | undefined {
    const texts = keys
      .map((key) => this.at(key).value)
      .filter((value) => typeof value === 'string');
    return texts.map((text) => text.trim()).find((text) => text !== '');
  }

  /** Reads a number above zero, even if written as text. */
  number(key: string): number | undefined {
    const { value } = this.at(key);
    const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : 0;
    return number > 0 ? number : undefined;
  }

  get isObject(): boolean {
    return isRecord(this.value);
  }

  record(): Readonly<Record<string, unknown>> {
    return isRecord(this.value) ? this.value : {};
  }

  /** Returns the values below, by key. */
  entries(): readonly (readonly [key: string, part: Part])[] {
    return Object.keys(this.record()).map((key) => [key, this.at(key)]);
  }

  /** Returns the objects of a list; a single object counts as a list of one. */
  items(): readonly Part[] {
    if (this.isObject) return [new Part(this.value, this.file, [...this.path, 0])];
    const list = listIn(this.value).map((_, index) => this.at(index));
    return list.filter(({ isObject }) => isObject);
  }
}
