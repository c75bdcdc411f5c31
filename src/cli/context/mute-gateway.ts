/**
 * Explains a gateway of this home that still has its port and answers nobody, or will not for long:
 * a process that is stopped or short of files cannot say so itself.
 */

import type { RunFacts } from '../../gateway/run-file.ts';
import { findListener } from '../../host/find-listener.ts';
import { explainStop, isAlive, listChildren, readProcess } from '../../host/process-state.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Fix } from '../../model/fix.ts';

export interface MuteGateway {
  readonly what: string;
  readonly fix: Fix;
}

/** New connections end at once where a process may open nothing more. */
const fullShare = 0.9;

/** Undefined if it has ended, or nothing is known of it. */
export function explainMute(running: RunFacts | undefined): MuteGateway | undefined {
  if (running === undefined) return undefined;
  const ending = explainEnding(running);
  if (ending !== undefined) return ending;
  const { hostname, port } = new URL(running.url);
  const { process: holder } = findListener(hostname, Number(port)) ?? {};
  if (holder?.pid !== running.pid) return undefined;
  return (
    explainState(running) ?? {
      what: `${nameOwn(running)} runs and does not answer`,
      fix: { text: 'end it, and start it again', command: shellLine`kill ${running.pid}` },
    }
  );
}

/** It may have given up its port, and its last answers take as long as they take. */
export function explainEnding(running: RunFacts): MuteGateway | undefined {
  if (running.isEnding !== true || !isAlive(running.pid)) return undefined;
  return {
    what: `${nameOwn(running)} is shutting down: it takes nothing new, and answers what is under way`,
    fix: { text: 'wait until it has ended and been started again' },
  };
}

/** Undefined if its state is well. */
export function explainState(running: RunFacts): MuteGateway | undefined {
  const stop = explainStop(running.pid);
  if (stop !== undefined) return { ...stop, what: `${nameOwn(running)} ${stop.what}` };
  const { openFiles = 0, maxOpenFiles = 0 } = readProcess(running.pid) ?? {};
  if (maxOpenFiles === 0 || openFiles < maxOpenFiles * fullShare) return undefined;
  return {
    what: `${nameOwn(running)} has ${openFiles} of the ${maxOpenFiles} files and connections open that it may open, so new ones end at once`,
    fix: {
      text: 'start it with a higher limit: ulimit -n in its shell, LimitNOFILE= in its unit',
    },
  };
}

/** Its workers share its port: those who are stopped keep what they have taken. */
export function explainWorkers(running: RunFacts): MuteGateway | undefined {
  return listChildren(running.pid)
    .flatMap((pid) => {
      const stop = explainStop(pid);
      const who = `a worker (pid ${pid}) of ${nameOwn(running)}`;
      return stop === undefined ? [] : [{ ...stop, what: `${who} ${stop.what}` }];
    })
    .at(0);
}

export function nameOwn({ url, pid }: RunFacts): string {
  return `the gateway of this home at ${url} (pid ${pid})`;
}
