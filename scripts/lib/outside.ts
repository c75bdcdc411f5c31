/**
 * Finds where a file touches the world outside the program, which only the doors of `doors.ts` may
 * do.
 */

import ts from 'typescript';
import { findImports, type ImportEdge } from './imports.ts';
import { lineOf, type SourceFile, walk } from './source-file.ts';

export type Outside =
  | 'clock'
  | 'random'
  | 'timers'
  | 'dispatch'
  | 'sockets'
  | 'files'
  | 'process'
  | 'spawning'
  | 'machine'
  | 'database'
  | 'threads';

const globals: Readonly<Record<string, Outside>> = {
  process: 'process',
  setTimeout: 'timers',
  setInterval: 'timers',
  setImmediate: 'timers',
  fetch: 'dispatch',
  WebSocket: 'dispatch',
  EventSource: 'dispatch',
};

const members: Readonly<Record<string, Outside>> = {
  'Date.now': 'clock',
  'performance.now': 'clock',
  'performance.timeOrigin': 'clock',
  'Math.random': 'random',
  'crypto.randomUUID': 'random',
  'crypto.getRandomValues': 'random',
  'crypto.randomBytes': 'random',
  'crypto.randomInt': 'random',
  'AbortSignal.timeout': 'timers',
};

/**
 * Built-ins and packages that lead outside; `only` limits the rule to these names, `except` exempts
 * some.
 */
const modules: Readonly<
  Record<
    string,
    {
      readonly outside: Outside;
      readonly only?: readonly string[];
      readonly except?: readonly string[];
    }
  >
> = {
  'node:fs': { outside: 'files' },
  'node:fs/promises': { outside: 'files' },
  'node:child_process': { outside: 'spawning' },
  'node:os': { outside: 'machine' },
  'node:process': { outside: 'process' },
  'node:crypto': {
    outside: 'random',
    only: [
      'randomBytes',
      'randomUUID',
      'randomInt',
      'randomFillSync',
      'randomFill',
      'getRandomValues',
      'webcrypto',
    ],
  },
  'node:perf_hooks': { outside: 'clock' },
  'node:timers': { outside: 'timers' },
  'node:timers/promises': { outside: 'timers' },
  'node:sqlite': { outside: 'database' },
  'node:worker_threads': { outside: 'threads' },
  'node:http': { outside: 'sockets', except: ['STATUS_CODES', 'METHODS'] },
  'node:https': { outside: 'sockets' },
  'node:http2': { outside: 'sockets', except: ['constants'] },
  'node:net': {
    outside: 'sockets',
    except: ['isIP', 'isIPv4', 'isIPv6', 'BlockList', 'SocketAddress'],
  },
  'node:tls': { outside: 'sockets' },
  'node:dgram': { outside: 'sockets' },
  'node:dns': { outside: 'sockets' },
  'node:dns/promises': { outside: 'sockets' },
  undici: { outside: 'dispatch' },
};

/** One use of the outside world. */
export interface Use {
  readonly line: number;
  readonly name: string;
  readonly outside: Outside;
}

/** Returns every use in a file, in source order. */
export function findUses(file: SourceFile): readonly Use[] {
  const imported = findImports(file).flatMap((edge) => {
    const outside = judgeModule(edge);
    return outside === undefined ? [] : [{ line: edge.line, name: edge.specifier, outside }];
  });
  return [...imported, ...findExpressions(file)].sort((left, right) => left.line - right.line);
}

function judgeModule(edge: ImportEdge): Outside | undefined {
  const module = modules[edge.specifier];
  if (module === undefined || edge.isTypeOnly) return undefined;
  const isMeant = (name: string): boolean =>
    module.only === undefined ? !module.except?.includes(name) : module.only.includes(name);
  return edge.names.some(isMeant) ? module.outside : undefined;
}

function findExpressions(file: SourceFile): readonly Use[] {
  const declared = findDeclaredNames(file);
  const uses: Use[] = [];
  walk(file.tree, (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return false;
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return false;
    const found = judgeExpression(node, declared);
    if (found !== undefined) uses.push({ ...found, line: lineOf(file, node) });
    return undefined;
  });
  return uses;
}

function judgeExpression(
  node: ts.Node,
  declared: ReadonlySet<string>,
): Omit<Use, 'line'> | undefined {
  if (ts.isPropertyAccessExpression(node)) return judgeMember(node, declared);
  if (ts.isIdentifier(node)) return judgeIdentifier(node, declared);
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) {
    return { name: 'new Date()', outside: 'clock' };
  }
  return undefined;
}

function judgeMember(
  node: ts.PropertyAccessExpression,
  declared: ReadonlySet<string>,
): Omit<Use, 'line'> | undefined {
  const name = node.getText().replace(/^globalThis\./, '');
  const isQualified = name !== node.getText();
  const outside = isQualified ? (globals[name] ?? members[name]) : members[name];
  const isOurs =
    !isQualified && declared.has(name.split('.')[0] ?? '') && !name.startsWith('crypto.');
  return outside === undefined || isOurs ? undefined : { name, outside };
}

function judgeIdentifier(
  node: ts.Identifier,
  declared: ReadonlySet<string>,
): Omit<Use, 'line'> | undefined {
  const outside = Object.hasOwn(globals, node.text) ? globals[node.text] : undefined;
  if (outside === undefined || declared.has(node.text) || isNameOnly(node)) return undefined;
  return { name: node.text, outside };
}

/** Whether an identifier names a member or a declaration, and reads no variable. */
function isNameOnly(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isShorthandPropertyAssignment(parent)) return false;
  if (ts.isBindingElement(parent)) return parent.propertyName === node || parent.name === node;
  return 'name' in parent && parent.name === node;
}

/**
 * Returns names that the file declares itself: a parameter `fetch` is no global. Scopes are
 * ignored.
 */
function findDeclaredNames(file: SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  walk(file.tree, (node) => {
    const isBinding =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isImportSpecifier(node) ||
      ts.isImportClause(node) ||
      ts.isNamespaceImport(node);
    if (isBinding && node.name !== undefined && ts.isIdentifier(node.name))
      names.add(node.name.text);
    return ts.isTypeNode(node) ? false : undefined;
  });
  return names;
}
