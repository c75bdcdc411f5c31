/**
 * Checks an installed service for `holdfast doctor`: its file against what would be written today,
 * and its variables against this shell's.
 */

import { AccessError, asError } from '../../errors.ts';
import { createTrouble, type Trouble } from '../../explain/doctor/troubles.ts';
import { isThere } from '../../host/look-at.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Host } from '../../host.ts';
import { findServiceFile } from '../../service/find-file.ts';
import type { ServiceScope } from '../../service/plan.ts';
import { describeProcess, listStateFaults } from '../../service/state-faults.ts';
import { splitWords } from '../../service/supervisor.ts';
import { exitStatuses } from '../terminal/exit.ts';
import {
  askState,
  askSupervisor,
  type JudgedFile,
  judgeFiles,
  openServiceControl,
  runLimits,
  type ServiceControl,
} from './control.ts';
import { describeElsewhere, installLine, serviceLine } from './lines.ts';
import { lookAround } from './look-around.ts';
import { findMissing } from './self-check.ts';

const scopes: readonly ServiceScope[] = ['user', 'system'];

/**
 * Returns nothing if no service is installed. Variables are skipped if a gateway runs, since it
 * reports its own.
 */
export async function examineService(host: Host, hasGateway: boolean): Promise<readonly Trouble[]> {
  const installed = scopes.filter((scope) => findServiceFile(host, scope) !== undefined);
  const found = installed.map(async (scope) => {
    const control = await openServiceControl(host, scope);
    return 'supervisor' in control ? examineOne(control, hasGateway).catch(tellFault) : [];
  });
  return (await Promise.all(found)).flat();
}

function tellFault(error: unknown): readonly Trouble[] {
  if (!(error instanceof AccessError)) throw error;
  return [createTrouble('broken', error.message, { fix: error.fix })];
}

async function examineOne(
  control: ServiceControl,
  hasGateway: boolean,
): Promise<readonly Trouble[]> {
  const files = judgeFiles(control);
  const variables = hasGateway ? [] : await judgeVariables(control);
  const seen = await lookAround(control, await askState(control.host, control.supervisor));
  const meaning = exitStatuses[seen.state.exitStatus ?? 0];
  const faults = [describeProcess(seen, meaning) ?? [], listStateFaults(seen)].flat();
  return [
    ...faults.map(({ what, fix, isHarmless }) =>
      createTrouble('odd', what, { fix, ...(isHarmless && { exit: 0 }) }),
    ),
    // with another home it would be written for that one
    ...(seen.apart === undefined ? files.flatMap((file) => judgeFile(control, file)) : []),
    ...(await judgeNode(control, files[0].text)),
    ...judgeEnvironmentFile(control),
    ...variables,
  ];
}

/** The launcher would say so, in the service's log. */
async function judgeNode(
  { host, plan, supervisor }: ServiceControl,
  text = '',
): Promise<readonly Trouble[]> {
  const [node] = listPrograms(text);
  if (node === undefined || node === plan.node || !isThere(host.files, node, true)) return [];
  const run = await host.run([node, '--version'], { ...runLimits, shell: false, environment: {} });
  const [, version] = (run.ended === 'exited' && unsupported.exec(run.output)) || [];
  if (version === undefined) return [];
  const what = `${supervisor.name} starts Node ${version} (${node}), on which it does not run`;
  const fix = { text: 'let it start this one', command: installLine(plan, '--force') };
  return [createTrouble('broken', what, { fix })];
}

/** As bin/holdfast.js judges it: 22.16 or newer, and not 23. */
const unsupported = /^v((?:\d|1\d|2[013]|22\.(?:\d|1[0-5]))\.\S+)/;

function judgeFile(
  control: ServiceControl,
  { path, state, text = '' }: JudgedFile,
): readonly Trouble[] {
  const { plan, socket } = control;
  const force = state === 'edited' ? ['--force'] : [];
  const gone = listPrograms(text).find((program) => !isThere(control.host.files, program, true));
  if (gone !== undefined) {
    const what = `the service file ${path} starts ${gone}, which is not there`;
    const command = installLine(plan, ...force);
    return [createTrouble('broken', what, { fix: { text: 'write it anew', command } })];
  }
  const elsewhere = path === socket?.path ? describeElsewhere(plan, { text, state }) : undefined;
  if (elsewhere !== undefined) {
    const fix = {
      text: 'write it anew, and then `holdfast service restart`',
      command: installLine(plan, ...force),
    };
    return [createTrouble('odd', elsewhere, { fix })];
  }
  switch (state) {
    case 'absent': {
      const what = `${path} is not there, so a restart of the service refuses connections`;
      return [
        createTrouble('odd', what, { fix: { text: 'write it', command: installLine(plan) } }),
      ];
    }
    case 'stale': {
      const what = `the service file ${path} was made for other paths or by another version`;
      const evidence = [`it is not what \`${serviceLine(plan, 'install', '--print')}\` prints`];
      const fix = { text: 'write it anew', command: installLine(plan) };
      return [createTrouble('odd', what, { evidence, fix })];
    }
    case 'edited': {
      const what = `the service file ${path} was edited by hand, so no update reaches it`;
      const evidence = [
        `put your own lines into a file beside it, which \`systemctl ${plan.scope === 'user' ? '--user ' : ''}edit holdfast\` makes`,
      ];
      const fix = { text: 'overwrite it', command: installLine(plan, '--force') };
      return [createTrouble('odd', what, { evidence, fix, exit: 0 })];
    }
    default:
      return [];
  }
}

/** Absolute paths among the first two words of systemd's command: Node, and our launcher. */
function listPrograms(text: string): readonly string[] {
  const [, line = ''] = /^ExecStart=[-@:+!]*(.*)$/m.exec(text) ?? [];
  return splitWords(line)
    .slice(0, 2)
    .filter((word) => word.startsWith('/'));
}

/** systemd reads NAME=VALUE and no words before it. */
function judgeEnvironmentFile({ host, plan, supervisor }: ServiceControl): readonly Trouble[] {
  const { environmentFile: path } = plan;
  const text = isThere(host.files, path, true) ? host.files.readText(path) : '';
  const line = text.split('\n').findIndex((one) => /^\s*export\s/.test(one)) + 1;
  if (line === 0) return [];
  const what = `${path}:${line} begins with export, so ${supervisor.name} does not read that line`;
  const command = shellLine`sed -i ${'s/^ *export *//'} ${path}`;
  return [createTrouble('broken', what, { fix: { text: 'take the word out', command } })];
}

async function judgeVariables(control: ServiceControl): Promise<readonly Trouble[]> {
  const environment = await askSupervisor(control).catch(asError);
  if (environment instanceof Error) return [describeUnasked(control, environment)];
  const missing = await findMissing(control, environment);
  const evidence = [
    `${control.supervisor.name} has its manager's variables and those of ${control.plan.environmentFile}`,
  ];
  return missing.map(({ name, fingerprint, command }) => {
    const which = fingerprint === undefined ? '' : ` (${fingerprint})`;
    const what = `${name} is set in this shell${which}, but not for the service`;
    return createTrouble('odd', what, {
      evidence,
      fix: { text: 'give it to the service too', command },
    });
  });
}

function describeUnasked({ supervisor }: ServiceControl, error: Error): Trouble {
  const what = `the variables that ${supervisor.name} will have are unknown`;
  const fix = error instanceof AccessError ? error.fix : undefined;
  return createTrouble('unknown', what, { evidence: [error.message], fix });
}
