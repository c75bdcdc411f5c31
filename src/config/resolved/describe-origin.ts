/** What the configuration was made from, for people. Pure. */

import type { ResolvedConfig } from './resolved.ts';

/** The path of the file, or what stands for one. */
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
