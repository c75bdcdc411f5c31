/**
 * `holdfast drill` plays the faults of providers, keys and servers against the user's own
 * configuration, with simulated providers in place of the real ones.
 */

import type { CellPlan, CellResult, CellVerdict } from '../../drill/cell.ts';
import type { DrillOptions, DrillReport } from '../../drill/drill.ts';
import { type DrillMode, drillFaults } from '../../drill/faults.ts';
import type { CallView } from '../../drill/rules.ts';
import type { Host, Timer } from '../../host.ts';
import { protocolNames } from '../../model/protocol.ts';
import type { SimAttempt } from '../../sim/index.ts';
import {
  type Args,
  choice,
  createCommand,
  json,
  type Printout,
  parsed,
  parsePositive,
  several,
  toggle,
} from '../context/command.ts';
import { interruptibly } from '../context/interruption.ts';
import { mistake } from '../context/mistake.ts';
import { type CommandContext, dim, type Terminal } from '../terminal/terminal.ts';
import { showTour } from './tour.ts';

const modes = ['streamed', 'whole', 'both'] as const;

/** Two minutes, with the start of the program and the end of the last cells. */
const limitMs = 115_000;

const tickMs = 10_000;

const params = {
  tour: {
    ...toggle('show, in ten seconds, five rescues as caller and provider see them'),
    conflicts: ['default', 'task', 'fault', 'all', 'timeScale'],
  },
  default: toggle('drill the built-in configuration of two providers'),
  mode: choice('mode', 'which kind of answer to ask for', { choices: modes, default: 'streamed' }),
  protocol: choice('name', 'the protocol of the requests', {
    choices: protocolNames,
    default: 'openai-chat',
  }),
  providersSpeak: choice('name', 'the protocol of the simulated providers (default: the same)', {
    choices: protocolNames,
  }),
  task: several('name', 'only these tasks'),
  fault: several('id', 'only these faults: 1 to 16, k1 to k7, s1 to s6'),
  all: toggle('play every fault to its end (default: what ends within two minutes)'),
  timeScale: parsed('number', 'multiplies the waits of the providers', parsePositive),
  json,
};

export const commands = {
  drill: createCommand({
    params,
    exits: { 1: 'a fault that could be survived left a task unanswered, or a scene failed' },
    example: 'holdfast drill --task main --mode both',
    run: (options, context) =>
      options.tour ? showTour(options, context) : drillAndReport(options, context),
  }),
};

/** A signal ends it after printing the results so far. */
function drillAndReport(
  options: Args<typeof params>,
  { terminal, host }: CommandContext,
): Promise<Printout> {
  return interruptibly(terminal, async (interruption) => {
    const { drill: runDrill } = await import('../../drill/drill.ts');
    const stopTicking = options.json ? () => undefined : showTime(terminal, host);
    const report = await runDrill(toDrillOptions(terminal, options, interruption.signal)).finally(
      stopTicking,
    );
    const status = interruption.status();
    if (status !== undefined)
      interruption.report(`${report.results.length} of ${report.planned.length} cells`);
    const interrupted = status !== undefined;
    const left = listLeft(report).length;
    return {
      json: { schema: 'holdfast.drill/1', interrupted, ...drillAsJson(report) },
      out: describeDrill(report),
      talk:
        interrupted || left === 0
          ? []
          : [
              `${left} of ${report.planned.length} did not end within two minutes: --all plays them`,
            ],
      exit: status || Number(report.results.some(({ verdict }) => verdict === 'fail')),
    };
  });
}

/** Shows at a terminal that it goes on while nothing ends. Returns a function that stops it. */
function showTime(terminal: Terminal, { clock }: Pick<Host, 'clock'>): () => void {
  const beganAt = clock.monotonic();
  const next = (): Timer =>
    clock.startTimer(tickMs, () => {
      terminal.talk(dim(terminal, `… ${Math.round((clock.monotonic() - beganAt) / 1000)} s\n`));
      timer = next();
    });
  let timer = terminal.isInteractive ? next() : undefined;
  return () => timer?.cancel();
}

function toDrillOptions(
  terminal: Terminal,
  options: Args<typeof params>,
  signal: AbortSignal,
): DrillOptions {
  return {
    isDefault: options.default,
    modes: options.mode === 'both' ? ['streamed', 'whole'] : [options.mode],
    timeScale: options.timeScale ?? 1,
    asked: options.protocol,
    spoken: options.providersSpeak,
    tasks: options.task,
    faults: options.fault && requireFaults(options.fault),
    onResult: (result, { finished, planned }) => {
      const line = `${finished}/${planned} ${titleOf(result)}: ${result.verdict}`;
      if (!options.json) terminal.talk(`${dim(terminal, line)}\n`);
    },
    signal,
    limitMs: options.all ? undefined : limitMs,
  };
}

function requireFaults(ids: readonly string[]): readonly string[] {
  const known = drillFaults.map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined) return ids;
  throw mistake(`there is no fault ${unknown}`, `choose among ${known.join(', ')}`);
}

/** Lists what had not ended when the drill did. */
function listLeft({ planned, results }: DrillReport): readonly CellPlan[] {
  const ended = new Set(results.map(keyOf));
  return planned.filter((plan) => !ended.has(keyOf(plan)));
}

function keyOf({ task, mode, fault }: CellPlan): string {
  return `${task}/${mode}/${fault.id}`;
}

function titleOf({ task, mode, fault }: CellPlan): string {
  return `${task}, ${mode}, ${fault.id} ${fault.title}`;
}

function describeDrill(report: DrillReport): string {
  const { asked, spoken } = report;
  const providers = asked === spoken ? '' : `, of providers that speak ${spoken}`;
  const lines = [`drilled: ${report.config}`, `asked in: ${asked}${providers}`];
  const all = listLeft(report);
  for (const [task, targets] of report.routes) {
    for (const mode of ['streamed', 'whole'] as const) {
      const isHere = (plan: CellPlan): boolean => plan.task === task && plan.mode === mode;
      const results = report.results.filter(isHere);
      const left = all.filter(isHere).map(({ fault }) => fault.id);
      if (results.length + left.length > 0)
        lines.push('', ...describeBlock({ task, mode, targets, left }, results));
    }
  }
  return `${lines.join('\n')}\n`;
}

function describeBlock(
  {
    task,
    mode,
    targets,
    left,
  }: {
    readonly task: string;
    readonly mode: DrillMode;
    readonly targets: readonly string[];
    readonly left: readonly string[];
  },
  results: readonly CellResult[],
): readonly string[] {
  const rows = results.flatMap((result) => [
    `  ${verdictWords[result.verdict].padEnd(5)} ${result.fault.id.padStart(3)}  ${result.fault.title}`,
    `             caller:    ${describeCalls(result)}`,
    ...[...result.seen].map(([pool, log]) => `             ${pool}: ${describeSeen(log)}`),
    ...result.complaints.map((complaint) => `             but:       ${complaint}`),
  ]);
  const passed = results.filter(({ verdict }) => verdict === 'pass').length;
  return [
    `${task}, ${mode}: ${targets.join(' → ')}`,
    ...rows,
    ...(results.length === 0 ? [] : [`  ${passed} of ${results.length} pass`]),
    ...(left.length === 0 ? [] : [`  not ended: ${left.join(', ')}`]),
  ];
}

const verdictWords: Readonly<Record<CellVerdict, string>> = {
  pass: 'pass',
  safe: 'safe',
  fail: 'FAIL',
  lost: 'lost',
};

function describeCalls({ view }: CellResult): string {
  const [first] = view.calls;
  if (view.calls.length === 1 && first !== undefined) return describeCall(first);
  const answered = view.calls.filter(({ isWhole }) => isWhole).length;
  const by = Map.groupBy(view.calls, ({ answeredBy }) => answeredBy ?? 'nobody');
  const shares = [...by].map(([target, calls]) => `${calls.length} by ${target}`);
  return `${answered} of ${view.calls.length} answered: ${shares.join(', ')}`;
}

function describeCall({
  answeredBy,
  isWhole,
  durationMs,
  status,
  error,
  complaint,
}: CallView): string {
  const after = `after ${(durationMs / 1000).toFixed(1)} s`;
  if (isWhole) return `answered by ${answeredBy ?? 'an unnamed target'} ${after}`;
  return `${status} ${after}: ${error ?? complaint ?? 'no answer'}`.slice(0, 160);
}

/** Returns statuses with the time since the first: `401 401 200`. */
function describeSeen(log: readonly SimAttempt[]): string {
  const beganAt = log[0]?.at ?? 0;
  const shown = log.slice(0, 8).map(({ at, status, hungUpAtMs }) => {
    const end =
      hungUpAtMs === undefined ? (status ?? 'no head') : `${status ?? 'no head'} (we left)`;
    return `+${((at - beganAt) / 1000).toFixed(1)} s ${end}`;
  });
  const more = log.length > shown.length ? `, … ${log.length} in all` : '';
  return log.length === 0 ? 'no request' : `${shown.join(', ')}${more}`;
}

function drillAsJson(report: DrillReport): object {
  const { config, asked, spoken, routes, results, planned } = report;
  return {
    config,
    protocol: asked,
    providersSpeak: spoken,
    routes: Object.fromEntries(routes),
    planned: planned.length,
    left: listLeft(report).map(({ task, mode, fault }) => ({ task, mode, fault: fault.id })),
    results: results.map(({ task, mode, fault, verdict, complaints, view, seen }) => ({
      task,
      mode,
      fault: fault.id,
      title: fault.title,
      verdict,
      complaints,
      calls: view.calls,
      seen: Object.fromEntries(seen),
    })),
  };
}
