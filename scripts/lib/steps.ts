/** Runs the steps of a check in parallel and prints one line for each. */

import { spawn } from 'node:child_process';

/** A step: its commands run one after the other until one fails. */
export interface Step {
  readonly name: string;
  readonly commands: readonly (readonly string[])[];
}

export interface StepResult {
  readonly name: string;
  readonly hasPassed: boolean;
  readonly durationMs: number;
  /** The output of the commands, both streams, in order. */
  readonly output: string;
}

export interface StepOptions {
  /** The maximum number of parallel steps. */
  readonly parallel: number;
  readonly directory: string;
  /** Called as each step ends. */
  readonly onResult: (result: StepResult) => void;
}

/** Runs every step, even if others fail; results are in the order of the steps. */
export async function runSteps(
  steps: readonly Step[],
  options: StepOptions,
): Promise<readonly StepResult[]> {
  const results = new Map<string, StepResult>();
  const waiting = [...steps];
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const result = await runStep(step, options.directory);
      results.set(step.name, result);
      options.onResult(result);
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, work));
  return steps.flatMap((step) => results.get(step.name) ?? []);
}

async function runStep(step: Step, directory: string): Promise<StepResult> {
  const startedAt = performance.now();
  let output = '';
  let hasPassed = true;
  for (const command of step.commands) {
    const ended = await runCommand(command, directory);
    output += ended.output;
    hasPassed = ended.code === 0;
    if (!hasPassed) break;
  }
  return { name: step.name, hasPassed, durationMs: performance.now() - startedAt, output };
}

/**
 * Runs a command without input. If it cannot be started, it counts as failed, and its output says
 * why.
 */
function runCommand(
  [file = '', ...argv]: readonly string[],
  directory: string,
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(file, argv, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => resolve({ code: null, output: `${error.message}\n` }));
    child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
  });
}
