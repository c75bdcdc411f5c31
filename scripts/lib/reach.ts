/**
 * Checks what an entry point loads, directly or through others: the library must not load CLI and
 * gateway. Rule `reach`.
 */

import { findImports } from './imports.ts';
import type { Finding, SourceFile } from './source-file.ts';

/** Each entry point must never load these path prefixes and packages. */
const entryLimits: readonly {
  readonly entry: string;
  readonly forbidden: readonly string[];
  readonly because: string;
}[] = [
  {
    entry: 'src/index.ts',
    forbidden: ['src/cli/', 'src/gateway/', 'commander', '@bomb.sh/tab', '@clack/prompts', 'pino'],
    because: 'the library loads no CLI and no gateway',
  },
];

interface Step {
  readonly path: string;
  readonly line: number;
  readonly from?: Step;
}

/** Finds entry points that load something forbidden, and names the chain of imports to it. */
export function checkReach(files: readonly SourceFile[]): readonly Finding[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return entryLimits.flatMap(({ entry, forbidden, because }) =>
    findReached(entry, byPath)
      .filter((step) => matchesAny(step.path, forbidden))
      .map((step) => ({
        path: step.from?.path ?? entry,
        line: step.line,
        rule: 'reach' as const,
        message: `${because}: ${chainOf(step).join(' -> ')}`,
      })),
  );
}

function matchesAny(path: string, names: readonly string[]): boolean {
  return names.some((name) => (name.endsWith('/') ? path.startsWith(name) : path === name));
}

/**
 * Returns everything that an entry loads, each with the first chain found. Imports of types alone
 * load nothing.
 */
function findReached(entry: string, byPath: ReadonlyMap<string, SourceFile>): readonly Step[] {
  const steps: Step[] = [{ path: entry, line: 1 }];
  const seen = new Set([entry]);
  for (const step of steps) {
    const file = byPath.get(step.path);
    if (file === undefined) continue;
    for (const edge of findImports(file)) {
      const path = edge.path ?? edge.specifier;
      if (edge.isTypeOnly || seen.has(path)) continue;
      seen.add(path);
      steps.push({ path, line: edge.line, from: step });
    }
  }
  return steps;
}

function chainOf(step: Step): readonly string[] {
  return step.from === undefined ? [step.path] : [...chainOf(step.from), step.path];
}
