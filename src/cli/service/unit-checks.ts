/**
 * Checks an installed service for `holdfast doctor`: its file against what would be written today,
 * and its variables against this shell's.
 */

import { AccessError, asError } from '../../errors.ts';
import { createTrouble, type Trouble } from '../../explain/doctor/troubles.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Host } from '../../host.ts';
import { findServiceFile } from '../../service/find-file.ts';
import type { ServiceScope } from '../../service/plan.ts';
import {
  askSupervisor,
  type JudgedFile,
  judgeFiles,
  openServiceControl,
  type ServiceControl,
} from './control.ts';
import { describeElsewhere, installLine, serviceLine } from './lines.ts';
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
    if (!('supervisor' in control)) return [];
    const variables = hasGateway ? [] : await judgeVariables(control);
    return [
      ...judgeFiles(control).flatMap((file) => judgeFile(control, file)),
      ...judgeEnvironmentFile(control),
      ...variables,
    ];
  });
  return (await Promise.all(found)).flat();
}

function judgeFile(
  control: ServiceControl,
  { path, state, text = '' }: JudgedFile,
): readonly Trouble[] {
  const { plan, socket } = control;
  const force = state === 'edited' ? ['--force'] : [];
  const gone = listPrograms(text).find((program) => !isThere(control.host, program));
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
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare);
  return words.slice(0, 2).flatMap((word) => (word?.startsWith('/') ? [word] : []));
}

function isThere({ files }: Host, path: string): boolean {
  try {
    return files.stamp(path) !== undefined;
  } catch {
    return true; // it may not be looked at
  }
}

/** systemd reads NAME=VALUE and no words before it. */
function judgeEnvironmentFile({ host, plan, supervisor }: ServiceControl): readonly Trouble[] {
  const { environmentFile: path } = plan;
  const text = isThere(host, path) ? host.files.readText(path) : '';
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
