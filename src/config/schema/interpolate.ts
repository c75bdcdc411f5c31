/**
 * Replaces `${VARIABLE}` in config strings, except in secrets, which stay references to their
 * variable, and in commands.
 */

import type { Fix } from '../../model/fix.ts';
import { type KeyPath, keepsVariables } from './schema.ts';
import { expectsNumber } from './schema-walk.ts';
import { mapValues } from './values.ts';

export interface Interpolation {
  readonly value: unknown;
  /** Unset variables, with the place that names them. */
  readonly unset: readonly UnsetVariable[];
}

interface UnsetVariable {
  readonly path: KeyPath;
  readonly variable: string;
  /** Why nobody could look. Absent: it is not set. */
  readonly why?: string | undefined;
}

/** How a look for a variable ended: only one that was taken can say that it is absent. */
export type VariableLook =
  | {
      readonly state: 'found';
      readonly value: string;
      readonly line?: number;
      /** The line before it that gives the same name another value. */
      readonly hides?: number | undefined;
    }
  | { readonly state: 'absent'; readonly hint?: string }
  /** `fix`: what lets the place be read. */
  | { readonly state: 'failed'; readonly why: string; readonly fix?: Fix };

export type VariableLookup = (variable: string) => VariableLook;

/** `$${` stands for a literal `${`. */
export function interpolate(value: unknown, lookup: VariableLookup): Interpolation {
  const unset: UnsetVariable[] = [];
  const replace = (text: unknown, path: KeyPath): unknown => {
    if (typeof text !== 'string' || !text.includes('${') || keepsVariables(path)) return text;
    const replaced = text.replace(
      /(\$?)\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g,
      (whole, dollar, variable) => {
        if (dollar === '$') return whole.slice(1);
        const look = lookup(variable);
        if (look.state === 'found') return look.value;
        unset.push({ path, variable, why: look.state === 'failed' ? look.why : undefined });
        return '';
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
