/**
 * The levels of the program and their allowed imports; ARCHITECTURE.md draws the same picture. Rule
 * `boundary`.
 */

import { findImports, type ImportEdge } from './imports.ts';
import { type Finding, isProductFile, isTestFile, type SourceFile } from './source-file.ts';

/**
 * Levels from top to bottom. A part imports from lower levels; inside its own level only what
 * `sideways` declares.
 */
const levels: readonly (readonly string[])[] = [
  ['cli', 'gateway', 'library', 'drill', 'ai-sdk', 'chat', 'page', 'workers'],
  ['runtime'],
  ['diagnostics', 'explain', 'logs', 'imports', 'connect', 'service', 'metrics', 'sessions'],
  ['access'],
  ['credentials', 'protocols', 'transport', 'config', 'providers', 'store', 'cost', 'tasks'],
  ['model', 'errors', 'host'],
  ['failures', 'version'],
];

/** Imports between two parts of one level. Together they must stay without a cycle. */
export const sideways: readonly {
  readonly from: string;
  readonly to: string;
  readonly because: string;
}[] = [
  { from: 'ai-sdk', to: 'library', because: "the AI SDK's provider asks through the library" },
  { from: 'chat', to: 'library', because: 'a chat asks through the library, as any program does' },
  { from: 'cli', to: 'chat', because: '`holdfast chat` runs it' },
  { from: 'cli', to: 'drill', because: '`holdfast drill` runs it' },
  { from: 'cli', to: 'gateway', because: '`holdfast serve` starts the gateway' },
  { from: 'cli', to: 'workers', because: '`holdfast serve --workers` starts them' },
  { from: 'workers', to: 'gateway', because: 'a worker is a gateway' },
  { from: 'cli', to: 'library', because: 'the version and the public entry are said once' },
  {
    from: 'connect',
    to: 'imports',
    because: 'both change a file with a diff, a backup and a check',
  },
  {
    from: 'explain',
    to: 'diagnostics',
    because: 'a plan tells of keys and failures as their reports do',
  },
  { from: 'service', to: 'diagnostics', because: 'its self-check reads the report of keys' },
  {
    from: 'logs',
    to: 'explain',
    because: 'a line has the sentence that the story of its request begins with',
  },
  { from: 'config', to: 'cost', because: 'a target knows what its tokens cost' },
  {
    from: 'config',
    to: 'providers',
    because: 'a configured provider is an entry of the catalogue, changed',
  },
  { from: 'credentials', to: 'config', because: 'the pool is made of what config names' },
  {
    from: 'credentials',
    to: 'providers',
    because: "a vendor's known key variables stand in its entry",
  },
  { from: 'credentials', to: 'store', because: 'marks and proven keys are read and written here' },
  {
    from: 'credentials',
    to: 'transport',
    because: 'a server of logins is asked for one whole answer',
  },
  { from: 'errors', to: 'model', because: 'an error carries the facts as model types' },
  {
    from: 'tasks',
    to: 'protocols',
    because: 'a conversation is cut by the one estimate of tokens',
  },
  { from: 'host', to: 'model', because: 'a dispatched request is a model type' },
  { from: 'host', to: 'errors', because: 'a door that does not open says so with a code' },
];

/** The simulated provider is separate: it imports no other part, and only these parts start it. */
const simUsers: readonly string[] = ['cli', 'drill'];

/**
 * Finds imports that go up, sideways without a declaration, into the simulator, or out of `src`.
 */
export function checkBoundaries(files: readonly SourceFile[]): readonly Finding[] {
  return files
    .filter((file) => isProductFile(file.path))
    .flatMap((file) =>
      findImports(file).flatMap((edge) => {
        const message = judgeImport(file.path, edge);
        return message === undefined
          ? []
          : [{ path: file.path, line: edge.line, rule: 'boundary' as const, message }];
      }),
    );
}

/** Finds allowances that are unused; needs the whole tree. */
export function checkAllowances(files: readonly SourceFile[]): readonly Finding[] {
  const used = new Set(
    files
      .filter(({ path }) => isProductFile(path))
      .flatMap((file) =>
        findImports(file).map(({ path = '' }) => `${partOf(file.path)} -> ${partOf(path)}`),
      ),
  );
  const allowed = [...sideways, ...simUsers.map((from) => ({ from, to: 'sim' }))];
  return allowed
    .map(({ from, to }) => `${from} -> ${to}`)
    .filter((edge) => !used.has(edge))
    .map((edge) => ({
      path: 'scripts/lib/layers.ts',
      line: 1,
      rule: 'boundary' as const,
      message: `${edge} is allowed and nobody uses it: take it out of the table`,
    }));
}

function judgeImport(from: string, edge: ImportEdge): string | undefined {
  const part = partOf(from);
  if (edge.path === undefined) return judgePackage(part, edge.specifier);
  if (isTestFile(edge.path) || !edge.path.startsWith('src/')) {
    return `the program must not import ${edge.path}: tests and scripts stay outside of it`;
  }
  const target = partOf(edge.path);
  if (part === target) return undefined;
  if (part === 'sim')
    return `sim stands apart and must not import ${edge.path}: copy the idea or inject it`;
  if (target === 'sim') {
    return simUsers.includes(part)
      ? undefined
      : `${part} must not import sim; only ${simUsers.join(', ')} may`;
  }
  return judgeLevels(part, target);
}

function judgePackage(part: string, specifier: string): string | undefined {
  if (part !== 'sim' || specifier.startsWith('node:')) return undefined;
  return `sim stands apart and must not import ${specifier}: only node: built-ins`;
}

function judgeLevels(part: string, target: string): string | undefined {
  const [level, targetLevel] = [part, target].map((name) =>
    levels.findIndex((row) => row.includes(name)),
  );
  if (level === undefined || level < 0) return unknownPart(part);
  if (targetLevel === undefined || targetLevel < 0) return unknownPart(target);
  if (targetLevel > level) return undefined;
  if (targetLevel < level) return `${part} must not import upwards from ${target}`;
  if (sideways.some((edge) => edge.from === part && edge.to === target)) return undefined;
  return `${part} -> ${target} is not a declared import inside their level (scripts/lib/layers.ts)`;
}

function unknownPart(part: string): string {
  return `"${part}" has no level: give it one in scripts/lib/layers.ts`;
}

/** Returns the part of a file: its folder under `src`, or its own name if it is directly there. */
function partOf(path: string): string {
  const [, first = ''] = path.split('/');
  const name = first.replace(/\.tsx?$/, '');
  return name === 'index' ? 'library' : name;
}
