#!/usr/bin/env node
// The launcher: checks the Node version, then loads the program from src (a checkout) or dist (a published package).
// Plain JavaScript that Node 12 can parse, so that an old Node gets a sentence and not a syntax error.

import { existsSync } from 'fs';
import module from 'module';
import v8 from 'v8';

const source = new URL('../src/cli/main.ts', import.meta.url);
const built = new URL('../dist/program/main.js', import.meta.url);

// The features of Node 22 whose one-time warnings would stand before every answer on stderr.
const knownExperiments = /^(SQLite|Type Stripping) is an experimental feature/;

if (!isSupported(process.versions.node)) {
  fail(
    `holdfast needs Node 22.16 or newer, and not Node 23. This is Node ${process.versions.node}.`,
  );
} else {
  silenceKnownExperiments();
  start();
}

// The SQLite of older ones, and of 23, has no full-text search: sessions need it.
function isSupported(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 23 || (major === 22 && minor >= 16);
}

function start() {
  const entry = chooseEntry();
  if (entry === undefined) {
    fail(
      'holdfast is not built: run `npm run build`, or use Node 22.18 or newer, which runs the sources as they are.',
    );
    return;
  }
  if (isGateway()) spareMemory();
  // "Read your configuration again" must not end a gateway that is still being loaded: serve.ts hears it later.
  if (isGateway()) process.on('SIGHUP', () => undefined);
  if (asksForSecret() && process.stdin.isTTY) process.stdin.setRawMode(true);
  if (module.enableCompileCache) module.enableCompileCache();
  import(entry.href)
    .then(({ main }) => main(process.argv.slice(2)))
    .then((exitCode) => {
      process.exitCode = exitCode;
    })
    .catch((error) => {
      const missing = entry === source && findMissingPackage(error);
      if (missing) {
        fail(
          `The package ${missing} is not installed, and a checkout needs all of them: run \`npm ci\`, without --omit=dev.`,
        );
        return;
      }
      console.error(error);
      process.exitCode = 1;
    });
}

// In a checkout everything runs from the sources, and the packages for it are those of development.
function findMissingPackage(error) {
  const found = /^Cannot find package '([^']+)'/.exec((error && error.message) || '');
  return found === null ? undefined : found[1];
}

function chooseEntry() {
  if (process.features.typescript && existsSync(source)) return source;
  return existsSync(built) ? built : undefined;
}

function isGateway() {
  return listWords()[0] === 'serve';
}

// What is typed ahead of a hidden prompt is shown by the terminal unless it is told not to, and the prompt comes only when
// the program is loaded. It waits in the terminal until then. main.ts puts the terminal back; what was typed before this
// process ran was shown already.
function asksForSecret() {
  const [command, second] = listWords();
  if (command === 'auth') return second === 'add';
  return command === 'config' && second === 'set' && process.argv.indexOf('-') > 0;
}

function listWords() {
  return process.argv.slice(2).filter((word) => !word.startsWith('-'));
}

// The figures of both are in docs/decisions/0006-bodies-beside-the-heap.md.
// TurboFan's code is 5 MB, and while a gateway starts it would only compile how paths are resolved. spare-memory.ts turns
// it on again.
// V8 13 walks its whole heap for each 64 MB that bodies take beside it. V8 12 does not, and later ones do not by default.
function spareMemory() {
  v8.setFlagsFromString('--no-turbofan');
  if (process.versions.v8.startsWith('13.'))
    v8.setFlagsFromString('--external-memory-accounted-in-global-limit');
}

function silenceKnownExperiments() {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    if (!knownExperiments.test(String(warning))) emitWarning.call(process, warning, ...rest);
  };
}

function fail(sentence) {
  console.error(sentence);
  process.exitCode = 2;
}
