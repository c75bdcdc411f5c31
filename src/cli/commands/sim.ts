/** `holdfast sim`: the simulated provider in the foreground, or its tables. */

import { describeFileFault } from '../../config/files/file-fault.ts';
import { AccessError } from '../../errors.ts';
import { simKeys, simModels, startSimulatedProvider } from '../../sim/index.ts';
import { printJson, type Terminal } from '../terminal.ts';

export interface SimCommandOptions {
  readonly port?: number;
  readonly timeScale?: number;
  readonly list?: boolean;
  readonly json?: boolean;
}

export async function sim(terminal: Terminal, options: SimCommandOptions): Promise<number> {
  if (options.list === true) {
    printTables(terminal, options.json === true);
    return 0;
  }
  const { port, timeScale } = options;
  const provider = await startSimulatedProvider({
    ...(port === undefined ? {} : { port }),
    ...(timeScale === undefined ? {} : { timeScale }),
  }).catch((error: unknown) => {
    throw cannotListen(port, error);
  });
  if (options.json === true) printJson(terminal, 'holdfast.sim/1', { url: provider.url });
  else
    terminal.talk(`the simulated provider listens on ${provider.url}; its log: ${provider.origin}/sim/log\n`);
  await new Promise<void>((resolve) => {
    const stop = terminal.onSignal(['SIGTERM', 'SIGINT'], () => {
      stop();
      resolve();
    });
  });
  await provider.close();
  return 0;
}

function printTables(terminal: Terminal, asJson: boolean): void {
  if (asJson) {
    printJson(terminal, 'holdfast.sim-list/1', { models: simModels, keys: simKeys });
    return;
  }
  for (const [title, rows] of [
    ['Models', simModels],
    ['Keys', simKeys],
  ] as const) {
    terminal.out(`${title}\n`);
    for (const { name, effect } of rows) terminal.out(`  ${name.padEnd(28)} ${effect}\n`);
  }
}

function cannotListen(port: number | undefined, cause: unknown): unknown {
  if (!(cause instanceof Error && 'syscall' in cause)) return cause;
  const isTaken = 'code' in cause && cause.code === 'EADDRINUSE';
  const reason = isTaken ? `port ${port} is in use by another program` : describeFileFault(cause);
  return new AccessError('port-in-use', `the simulated provider cannot listen: ${reason}`, {
    howToFix: 'choose another with --port, or leave it out for a free one',
    cause,
  });
}
