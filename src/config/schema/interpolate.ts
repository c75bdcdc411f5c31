/**
 * Replaces `${VARIABLE}` in config strings, except in secrets, which stay references to their
 * variable, and in commands.
 */

import { type KeyPath, keepsVariables } from './schema.ts';
import { expectsNumber } from './schema-walk.ts';
import { mapValues } from './values.ts';

export interface Interpolation {
  readonly value: unknown;
  /** Unset variables, with the place that names them. */
  readonly unset: readonly { readonly path: KeyPath; readonly variable: string }[];
}

type Lookup = (variable: string) => string | undefined;

/** `$${` stands for a literal `${`. */
export function interpolate(value: unknown, lookup: Lookup): Interpolation {
  const unset: { path: KeyPath; variable: string }[] = [];
  const replace = (text: unknown, path: KeyPath): unknown => {
    if (typeof text !== 'string' || !text.includes('${') || keepsVariables(path)) return text;
    const replaced = text.replace(
      /(\$?)\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g,
      (whole, dollar, variable) => {
        if (dollar === '$') return whole.slice(1);
        const found = lookup(variable);
        if (found === undefined) unset.push({ path, variable });
        return found ?? '';
      },
    );
    return isNumeric(replaced) && expectsNumber(path) ? Number(replaced) : replaced;
  };
  return { value: mapValues(value, [], replace), unset };
}

function isNumeric(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text);
}

/** The variable's name if the text is exactly one `${VARIABLE}`. */
export function wholeVariable(text: string): string | undefined {
  return /^\s*\$\{([A-Za-z_][A-Za-z0-9_]*)\}\s*$/.exec(text)?.[1];
}
