/** `${VARIABLE}` in config strings: replaced everywhere but in secrets, which stay references to their variable. */

import { type KeyPath, keepsVariables } from '../schema/schema.ts';
import { expectsNumber } from '../schema/schema-walk.ts';

export interface Interpolation {
  readonly value: unknown;
  /** Variables that are not set, with the place that names them. */
  readonly unset: readonly { readonly path: KeyPath; readonly variable: string }[];
}

type Lookup = (variable: string) => string | undefined;

/** Replaces every `${VARIABLE}` outside of secrets and commands. `$${` stands for a literal `${`. */
export function interpolate(value: unknown, lookup: Lookup): Interpolation {
  const unset: { path: KeyPath; variable: string }[] = [];
  const visit = (node: unknown, path: KeyPath): unknown => {
    if (typeof node === 'string') return keepsVariables(path) ? node : replace(node, path);
    if (Array.isArray(node)) return node.map((item, index) => visit(item, [...path, index]));
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, visit(item, [...path, key])]));
  };
  const replace = (text: string, path: KeyPath): unknown => {
    if (!text.includes('${')) return text;
    const replaced = text.replace(/(\$?)\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, dollar, variable) => {
      if (dollar === '$') return whole.slice(1);
      const found = lookup(variable);
      if (found === undefined) unset.push({ path, variable });
      return found ?? '';
    });
    return isNumeric(replaced) && expectsNumber(path) ? Number(replaced) : replaced;
  };
  return { value: visit(value, []), unset };
}

function isNumeric(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text);
}

/** The variable of a text that is one whole `${VARIABLE}`. */
export function wholeVariable(text: string): string | undefined {
  return /^\s*\$\{([A-Za-z_][A-Za-z0-9_]*)\}\s*$/.exec(text)?.[1];
}
