/** A story in plain English: the home, each step, what the network saw, and which law broke. */

import { nameFault } from './network.ts';
import type { Broken, Played } from './play.ts';
import type { Step, Story } from './story.ts';

/** One line each. `steps` are those of the story that were played. */
export function tellStory(story: Story, steps: readonly Step[], played: Played): readonly string[] {
  const isAsked = (name: string): boolean =>
    played.sent.some(({ provider }) => provider === name) ||
    story.variants.some((one) => JSON.stringify(one).includes(name));
  return [
    `A home with ${count(story.processes, 'process', 'processes')}:`,
    ...story.providers
      .filter(({ name }) => isAsked(name))
      .map(
        ({ name, baseUrl, models, keys, settings }) =>
          `  ${name} at ${baseUrl} has ${models.join(', ')}; keys in ${keys.map(({ source, account }) => `${source}${account === undefined ? '' : ` of ${account}`}`).join(', ')}; ${JSON.stringify(settings)}`,
      ),
    ...story.variants.map((one, index) => `  routes ${index}: ${JSON.stringify(one)}`),
    ...story.budgets.map(
      ({ of, unit, limit, per }) => `  budget of ${of}: ${limit} ${unit} a ${per}`,
    ),
    ...Object.entries(story.concurrency).map(
      ([task, most]) => `  ${task}: ${most} at a time in each process`,
    ),
    '',
    'What happened:',
    ...steps.map((step) => `  ${seconds(step.at)}  ${describeStep(step)}`),
    '',
    'What the network saw:',
    ...tellSent(played),
    '',
    'What callers got:',
    ...played.told
      .slice(-20)
      .map(
        ({ asking, status, endedAt, record, text }) =>
          `  r${asking.number} (${asking.model}): ${status === 0 ? 'nothing' : status} ${endedAt === undefined ? '' : `at ${seconds(endedAt).trim()}`} ${record?.outcome ?? ''} ${text.slice(0, 160).replaceAll('\n', ' ')}`,
      ),
    '',
    ...played.broken.slice(0, 3).map(describeBroken),
  ];
}

function describeBroken({ law, text, at }: Broken): string {
  return `${seconds(at)}  ${law} is broken: ${text}`;
}

function tellSent({ sent }: Played): readonly string[] {
  const lines = sent.map(
    ({ at, number, life, provider, model, secret, trouble, status, end }) =>
      `  ${seconds(at)}  r${number} of ${life.name} to ${provider}/${model} with ${secret.slice(-4)}: ${trouble ?? 'well'}; ${status ?? 'no head'}, ${end}`,
  );
  const most = 60;
  return lines.length <= most
    ? lines
    : [`  (${lines.length - most} before these)`, ...lines.slice(-most)];
}

function describeStep(step: Step): string {
  switch (step.do) {
    case 'ask': {
      const { number, process, model, stream, caller, limitS, goneAfterMs } = step;
      const limit = limitS === undefined ? '' : `, with a limit of ${limitS} s`;
      const gone = goneAfterMs === undefined ? '' : `, and leaves after ${goneAfterMs} ms`;
      return `${caller} asks process ${process + 1} for ${model} (r${number}, ${stream ? 'streamed' : 'whole'})${limit}${gone}`;
    }
    case 'break': {
      const { provider, model, until, times, fault } = step.phase;
      const often = times >= 1000 ? '' : `, ${count(times, 'time', 'times')}`;
      return `${provider}${model === undefined ? '' : `/${model}`} gives ${nameFault(fault)} until ${seconds(until).trim()}${often}`;
    }
    case 'key':
      return `${step.provider}'s key ${step.key + 1}: ${step.change}, for ${step.forMs} ms`;
    case 'kill':
    case 'restart':
      return `process ${step.process + 1}: ${step.do}, down for ${step.downMs} ms`;
    case 'configure':
      return step.isBroken
        ? 'the configuration is broken'
        : `the configuration has routes ${step.variant}`;
    case 'jump':
      return `the clock jumps by ${step.ms / 1000} s`;
    case 'reset':
      return `process ${step.process + 1}: auth reset`;
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`.padStart(12);
const count = (number: number, one: string, many: string): string =>
  `${number} ${number === 1 ? one : many}`;
