/** Describes the source of the configuration for people. Pure. */

import type { ResolvedConfig } from './resolved.ts';

/** Returns the file's path, or what replaced it. */
export function describeOrigin(origin: ResolvedConfig['origin']): string {
  switch (origin.kind) {
    case 'file':
      return origin.path;
    case 'variable':
      return `none; the key in ${origin.variable} chose the provider`;
    case 'stored':
      return `none; the stored key ${origin.label} chose the provider`;
    case 'given':
      return 'none';
  }
}
