/**
 * `holdfast import hermes` converts another agent's settings to ours, with its keys as references.
 * It writes only when asked to.
 */

import { resolve } from 'node:path';
import { newConfigText } from '../../config/yaml/edit.ts';
import { ConfigError, type ConfigProblem, formatProblem } from '../../errors.ts';
import { schemaPath } from '../../host/package-files.ts';
import { planAndWrite, type WriteOutcome } from '../../imports/change-config.ts';
import { type ImportPlan, planImport } from '../../imports/hermes/plan.ts';
import { hermesFolder } from '../../imports/hermes/read-files.ts';
import { renderReport } from '../../imports/hermes/remarks.ts';
import {
  createCommand,
  json,
  type Printout,
  printOut,
  textOption,
  toggle,
} from '../context/command.ts';

export const commands = {
  hermes: createCommand({
    params: {
      from: textOption('folder', 'its folder; default: $HERMES_HOME, else ~/.hermes'),
      write: toggle('write the configuration; keeps a backup of the old one'),
      json,
    },
    exits: { 3: 'the result cannot be used, and is not written' },
    example: 'holdfast import hermes --write',
    run: async ({ from, write, json }, { terminal, host, paths }) => {
      const folder = resolve(from ?? hermesFolder(host.environment));
      const context = { host, paths, newText: newConfigText(schemaPath()) };
      const makePlan = (): ImportPlan => planImport(context, folder);
      const isWorthWriting = ({ diff }: ImportPlan): boolean => diff !== '';
      const planning = { makePlan, isWorthWriting, mayWrite: write === true };
      const [plan, outcome] = await planAndWrite(context, planning);
      const { added } = outcome.check;
      const printout = describeImport(plan, outcome);
      if (added.length === 0) return printout;
      printOut(terminal, printout, json === true);
      throw new ConfigError('config-invalid', added);
    },
  }),
};

function describeImport(plan: ImportPlan, outcome: WriteOutcome): Printout {
  const { from, configFile: config, diff, conflicts, remarks } = plan;
  const { isWritten: written, backup, check } = outcome;
  const problems = check.left;
  const warnings = diff === '' ? [] : problems.map(warnOf);
  return {
    json: {
      schema: 'holdfast.import/2',
      from,
      config,
      written,
      backup,
      diff,
      conflicts,
      remarks,
      problems,
    },
    out: [diff, renderReport(conflicts, remarks)].filter((part) => part !== '').join('\n'),
    talk: check.added.length > 0 ? [] : [...warnings, describeWritten(plan, outcome)],
  };
}

function warnOf(problem: ConfigProblem): string {
  return `warning: ${formatProblem(problem)}`;
}

function describeWritten(plan: ImportPlan, { isWritten, backup }: WriteOutcome): string {
  const { diff, configFile } = plan;
  if (diff === '') return describeNothing(plan);
  if (!isWritten)
    return `nothing is written; to write ${configFile}: the same command with --write`;
  return backup === undefined
    ? `${configFile} is written`
    : `${configFile} is written; the old one is ${backup}`;
}

/** Nothing remains to be written: it is there already, or was left out with a remark. */
function describeNothing({ configFile, remarks }: ImportPlan): string {
  const leftOut = remarks.filter(
    ({ kind, code }) => kind === 'not-carried' || code === 'kept' || code === 'no-main',
  ).length;
  return leftOut === 0
    ? `${configFile} has all of it already; there is nothing to write`
    : `nothing can be added to ${configFile}; ${leftOut} setting(s) were left out, see above`;
}
