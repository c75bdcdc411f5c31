#!/usr/bin/env node
// The launcher: checks the Node version, then loads the program from src (a checkout) or dist (a published package).
// Plain JavaScript that Node 12 can parse, so that an old Node gets a sentence and not a syntax error.

import { existsSync } from 'fs';
import module from 'module';

const source = new URL('../src/cli/main.ts', import.meta.url);
const built = new URL('../dist/program/main.js', import.meta.url);

// The features of Node 22 whose one-time warnings would stand before every answer on stderr.
const knownExperiments = /^(SQLite|Type Stripping) is an experimental feature/;

// The young heap of the gateway, which only a starting process can be told: see docs/decisions/0006-young-heap.md.
const youngHeap = '--max-semi-space-size=4';

if (!isSupported(process.versions.node)) {
  fail(`holdfast needs Node 22.16 or newer, and not Node 23. This is Node ${process.versions.node}.`);
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
  if (isGateway() && mayStartAnew()) startAnew();
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
      console.error(error);
      process.exitCode = 1;
    });
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

// Not on Windows or under an older Node, not when somebody has decided already, and not when a debugger or a parent's
// channel would be lost.
function mayStartAnew() {
  const flags = process.execArgv.concat(process.env.NODE_OPTIONS || '').join(' ');
  const isDecided = /--(max-semi-space-size|inspect)/.test(flags);
  const isPossible = typeof process.execve === 'function' && process.platform !== 'win32';
  return isPossible && !isDecided && process.env.NODE_CHANNEL_FD === undefined;
}

// The same process, with the flag: no child, so signals, pipes and the process id stay what they are.
function startAnew() {
  const words = [process.execPath, youngHeap].concat(process.execArgv, process.argv.slice(1));
  process.execve(process.execPath, words, process.env);
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
