/**
 * `npm run check` runs everything but the tests: format and lint, structure, types, dead exports,
 * fresh documents, and the package as it would be published. All steps run even if one fails; then
 * it exits with 1.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runSteps, type Step, type StepResult } from './lib/steps.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
// Runs alone and first: the types of the examples and the package come from dist.
const buildStep: Step = { name: 'build', commands: [['npm', 'run', 'build']] };
const folder = mkdtempSync(join(tmpdir(), 'holdfast-check-'));

const results = [
  ...(await runSteps([buildStep], { parallel: 1, directory: root, onResult: print })),
  ...(await runSteps(listSteps(), { parallel: 2, directory: root, onResult: print })),
];
rmSync(folder, { recursive: true, force: true });

const failed = results.filter((result) => !result.hasPassed);
for (const { name, output } of failed) console.log(`\n── ${name} ──\n${output.trimEnd()}`);
console.log(
  failed.length === 0
    ? '\ncheck: all good'
    : `\ncheck: ${failed.map(({ name }) => name).join(', ')} failed`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

/** The other steps are independent of each other; the longest comes first. */
function listSteps(): readonly Step[] {
  return [
    { name: 'package', commands: packageCommands() },
    { name: 'types', commands: [installed('tsc', '--noEmit')] },
    { name: 'types of the page', commands: [installed('tsc', '-p', join(root, 'src/page'))] },
    { name: 'declarations', commands: [installed('tsc', '-p', join(root, 'test/types'))] },
    {
      name: 'format and lint',
      commands: [installed('biome', 'check', '--error-on-warnings', '.')],
    },
    { name: 'structure', commands: [script('check-structure.ts')] },
    { name: 'dead exports', commands: [installed('knip', '--no-progress')] },
    { name: 'fresh documents', commands: documentCommands() },
  ];
}

/** Packs once and checks that tarball, since people install it. */
function packageCommands(): Step['commands'] {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const tarball = join(folder, `${name}-${version}.tgz`);
  return [
    ['npm', 'pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder],
    installed('publint', 'run', tarball, '--strict'),
    installed('attw', tarball, '--profile', 'esm-only', '--no-color', '--no-emoji'),
  ];
}

function documentCommands(): Step['commands'] {
  return existsSync(join(root, 'scripts/generate-docs.ts'))
    ? [script('generate-docs.ts', '--check')]
    : [];
}

function installed(name: string, ...argv: readonly string[]): readonly string[] {
  return [join(root, 'node_modules/.bin', name), ...argv];
}

function script(name: string, ...argv: readonly string[]): readonly string[] {
  return [process.execPath, join(root, 'scripts', name), ...argv];
}

function print({ name, hasPassed, durationMs }: StepResult): void {
  console.log(
    `${hasPassed ? 'ok    ' : 'FAILED'} ${name.padEnd(16)} ${(durationMs / 1000).toFixed(1)} s`,
  );
}
