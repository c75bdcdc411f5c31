import { expect, it } from 'vitest';
import { runSteps, type Step } from './steps.ts';

const node = (code: string): readonly string[] => [process.execPath, '-e', code];
const passing: Step = {
  name: 'passing',
  commands: [node('console.log(1)'), node('console.error(2)')],
};
const failing: Step = {
  name: 'failing',
  commands: [node('console.log(3); process.exit(4)'), node('console.log(5)')],
};
const missing: Step = { name: 'missing', commands: [['no-such-command-here']] };

it('runs every step even when one fails, and stops inside a step at the first failure', async () => {
  const seen: string[] = [];
  const steps = [failing, missing, passing];
  const options = {
    parallel: 2,
    directory: '.',
    onResult: ({ name }: { name: string }) => seen.push(name),
  };
  const results = await runSteps(steps, options);
  expect(results.map(({ name, hasPassed, output }) => ({ name, hasPassed, output }))).toEqual([
    { name: 'failing', hasPassed: false, output: '3\n' },
    { name: 'missing', hasPassed: false, output: 'spawn no-such-command-here ENOENT\n' },
    { name: 'passing', hasPassed: true, output: '1\n2\n' },
  ]);
  expect(seen.toSorted()).toEqual(['failing', 'missing', 'passing']);
});
