import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

/**
 * Rules that biome checks for us, several of them young: an update that drops one must not go
 * unseen.
 */
const samples: Readonly<Record<string, string>> = {
  noFloatingPromises:
    'async function save(): Promise<void> {}\nexport function run(): void {\n  save();\n}',
  useExhaustiveSwitchCases:
    "export function f(k: 'a' | 'b'): void {\n  switch (k) {\n    case 'a':\n      return;\n  }\n}",
  noExplicitAny: 'export const x: any = 1;',
  noNonNullAssertion: 'export const f = (x?: string): string => x!;',
  noDefaultExport: 'export default 1;',
  useImportType: "import { Cycle } from './noImportCycles.ts';\nexport type X = Cycle;",
  noImportCycles: "import type { Cycle } from './cycle.ts';\nexport type X = Cycle;",
  useMaxParams: 'export function f(a: 1, b: 1, c: 1, d: 1): void {\n  g(a, b, c, d);\n}',
  noExcessiveLinesPerFunction: `export function f(): void {\n${'  g();\n'.repeat(61)}}`,
  noExcessiveNestedBlocks:
    'export function f(): void {\n  if (a) for (const b of c) while (d) {\n if (b) {\n e(); } } }',
  noExcessiveNestedCallbacks: 'export const f = () => a((b) => b.c((d) => d.e((g) => g)));',
  noEnum: 'export enum E {\n  A = 1,\n}',
  noNestedTernary: 'export const f = (a: boolean, b: boolean): number => (a ? 1 : b ? 2 : 3);',
  useNodejsImportProtocol: "import { join } from 'path';\nexport const x = join('a');",
  useImportExtensions: "import { x } from './noEnum';\nexport const y = x;",
  useFilenamingConvention: 'export const x = 1;',
  noUnusedVariables: 'const x = 1;',
  noUnusedImports: "import { x } from './noEnum.ts';",
};

const folder = mkdtempSync(join(tmpdir(), 'holdfast-lint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(Object.keys(samples))('lint refuses what %s is about', (rule) => {
  expect(findings.get(rule)).toContain(rule);
});

it('fails on a suppression that suppresses nothing', () => {
  expect(findings.get('unused')).toContain('unused');
});

const findings = lintSamples();

/** Lints every sample in one run, in a project of its own under this project's rules. */
function lintSamples(): ReadonlyMap<string, readonly string[]> {
  const { vcs: _vcs, ...config } = JSON.parse(readFileSync('biome.json', 'utf8'));
  writeFileSync(join(folder, 'biome.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  mkdirSync(join(folder, 'src'));
  const cycle = "import type { X } from './noImportCycles.ts';\nexport type Cycle = X;";
  const unused = '// biome-ignore lint/style/noEnum: for nothing\nexport const x = 1;';
  for (const [name, text] of Object.entries({ ...samples, cycle, unused })) {
    writeFileSync(join(folder, 'src', `${name}.ts`), text);
  }
  return parseReport(runBiome());
}

function runBiome(): string {
  const biome = join(process.cwd(), 'node_modules/@biomejs/biome/bin/biome');
  const argv = [
    biome,
    'lint',
    '--error-on-warnings',
    '--max-diagnostics=none',
    '--reporter=github',
    '.',
  ];
  try {
    return execFileSync(process.execPath, argv, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

/** Lines of the form `::error title=lint/style/noEnum,file=src/noEnum.ts,line=1,…`. */
function parseReport(report: string): ReadonlyMap<string, readonly string[]> {
  const rules = new Map<string, string[]>();
  for (const [, rule = '', name = ''] of report.matchAll(
    /title=[\w/]*?(\w+),file=\S*?(\w+)\.ts,/g,
  )) {
    rules.set(name, [...(rules.get(name) ?? []), rule]);
  }
  return rules;
}
