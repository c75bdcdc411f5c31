/**
 * For `node --import`: `holdfast` and its subpaths mean the sources, so that what is documented is
 * tested without a build.
 */

import { registerHooks } from 'node:module';

const entries: Readonly<Record<string, string>> = {
  holdfast: '../../src/index.ts',
  'holdfast/gateway': '../../src/gateway/index.ts',
  'holdfast/sim': '../../src/sim/index.ts',
};

registerHooks({
  resolve: (specifier, context, next) => {
    const entry = entries[specifier];
    return entry === undefined
      ? next(specifier, context)
      : next(new URL(entry, import.meta.url).href, context);
  },
});
