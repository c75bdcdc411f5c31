/**
 * What the admin API finds out on demand: the checks of `holdfast doctor`, and whether keys work
 * now. One at a time each.
 */

import { RequestError } from '../../errors.ts';
import { launcherPath } from '../../host/package-files.ts';
import type { DoctorAnswer, TestAnswer } from './answers.ts';
import { orders, readOrder } from './queries.ts';
import type { AdminAsking, AdminContext } from './scene.ts';

/** Each check has 5 s, and the program must start. */
const doctorMs = 60_000;
const reportBytes = 4 * 1024 * 1024;

/**
 * Runs the command in a process of its own: its checks read files and try fixes for a part of a
 * second, in which no stream could go on here.
 */
export function runDoctor(
  { runtime: { host }, underWay }: AdminContext,
  { signal }: AdminAsking,
): Promise<DoctorAnswer> {
  return alone(underWay, 'doctor', async () => {
    const result = await host.run([host.executable, launcherPath(), 'doctor', '--json'], {
      shell: false,
      timeoutMs: doctorMs,
      outputLimit: reportBytes,
      // It looks at the gateway of this home.
      environment: { ...host.environment.all(), HOLDFAST_URL: '' },
      signal,
    });
    const report = result.ended === 'exited' ? parseReport(result.output) : undefined;
    if (report !== undefined) return report;
    const said = 'errorOutput' in result ? result.errorOutput.trim().split('\n').at(-1) : '';
    throw new RequestError('local-fault', `doctor ended without a report: ${said}`, {
      fix: 'holdfast doctor',
    });
  });
}

/** Each key costs one question of about 20 tokens. */
export function testKeys(
  { runtime, underWay, snapshots }: AdminContext,
  { incoming, signal }: AdminAsking,
): Promise<TestAnswer> {
  return alone(underWay, 'test', async () => {
    const { name } = await readOrder(incoming.request, orders.test);
    const tests = [];
    for await (const { row: _row, ...test } of runtime.keys.test({ name, signal }))
      tests.push(test);
    snapshots.expire();
    return { tests };
  });
}

async function alone<T>(underWay: Set<string>, name: string, work: () => Promise<T>): Promise<T> {
  if (underWay.has(name))
    throw new RequestError('busy', `another ${name} is under way`, {
      status: 429,
      fix: 'wait for its end',
    });
  underWay.add(name);
  try {
    return await work();
  } finally {
    underWay.delete(name);
  }
}

/** Our own program has written it. */
function parseReport(output: string): DoctorAnswer | undefined {
  try {
    const { troubles, passed, notChecked } = JSON.parse(output) as DoctorAnswer;
    return { troubles, passed, notChecked };
  } catch {
    return undefined; // it was ended, or could not start
  }
}
