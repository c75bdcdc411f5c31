/**
 * Normalises field names of `google-generate-content`: like all its JSON APIs, the vendor also
 * accepts `inline_data` for `inlineData`. Pure.
 */

import { isRecord, type WireObject } from '../json/is-record.ts';

/** The content of these fields belongs to the user. */
const opaque: ReadonlySet<string> = new Set([
  'args',
  'response',
  'parameters',
  'parametersJsonSchema',
  'responseSchema',
  'responseJsonSchema',
]);

/**
 * Returns the same object if nothing needs another spelling.
 * https://protobuf.dev/programming-guides/json/, read 2026-11.
 */
export function spellOut(body: WireObject): WireObject {
  const spelled = spell(body);
  return isRecord(spelled) ? spelled : body;
}

function spell(value: unknown): unknown {
  if (Array.isArray(value)) return spellItems(value);
  if (!isRecord(value)) return value;
  let spelled: Record<string, unknown> | undefined;
  for (const name in value) {
    const camel = name.includes('_')
      ? name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
      : name;
    const inner = opaque.has(camel) ? value[name] : spell(value[name]);
    if (camel === name && inner === value[name]) continue;
    spelled ??= { ...value };
    if (camel !== name) delete spelled[name];
    spelled[camel] = inner;
  }
  return spelled ?? value;
}

function spellItems(items: readonly unknown[]): readonly unknown[] {
  const spelled = items.map(spell);
  return spelled.some((item, index) => item !== items[index]) ? spelled : items;
}
