/**
 * `npm run conformance:logins`: the real Claude Code and Codex, each with a made-up login of its
 * own, through a real gateway. `--only claude,renewed` picks programs and scenes by name. Exit code
 * 1 when a scene fails, 2 for a wrong option. docs/conformance.md has more.
 */

import { parseArgs } from 'node:util';
import { installClients, versionOf } from '../install.ts';
import { type LoginProgram, loginPrograms } from './programs.ts';
import { type LoginScene, loginScenes } from './scenes.ts';
import { openStage } from './stage.ts';

const { values: flags } = parseArgs({ options: { only: { type: 'string' } } });
const words = flags.only?.split(',') ?? [];
const names = [...loginPrograms, ...loginScenes].map(({ name }) => name);
const unknown = words.find((word) => !names.includes(word));
if (unknown !== undefined) {
  console.error(`--only takes some of ${names.join(', ')}, not "${unknown}"`);
  process.exit(2);
}
installClients(loginPrograms.map((program) => ({ package: program.package, half: 'agent' })));
const count = { passed: 0, failed: 0 };
for (const scene of chosen(loginScenes)) {
  const [first, ...others] = chosen(loginPrograms);
  const players = scene.isOfAll ? [first] : [first, ...others];
  for (const program of players) if (program !== undefined) await playOne(scene, program);
}
console.log(`\n${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed === 0 && count.passed > 0 ? 0 : 1;

/** Those that are named; all where none is. */
function chosen<T extends { readonly name: string }>(all: readonly T[]): readonly T[] {
  const named = all.filter(({ name }) => words.includes(name));
  return named.length === 0 ? all : named;
}

async function playOne(scene: LoginScene, program: LoginProgram): Promise<void> {
  const who = scene.isOfAll ? 'all' : program.name;
  const version = versionOf({ package: program.package, half: 'agent' }) ?? 'not installed';
  const startedAt = performance.now();
  const stage = await openStage(scene.after);
  try {
    const why = await scene.play(stage, program);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    count[why === undefined ? 'passed' : 'failed'] += 1;
    const result = why === undefined ? 'pass' : `FAIL: ${why}`;
    console.log(`${who} ${scene.isOfAll ? '' : version}, ${scene.title}: ${result} (${seconds} s)`);
  } finally {
    await stage.close();
  }
}
