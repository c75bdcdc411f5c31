/** `holdfast sim` runs the simulated provider in the foreground, or prints its tables. */

import { once } from 'node:events';
import { AccessError } from '../../errors.ts';
import { describeFileFault } from '../../host/file-fault.ts';
import { simKeys, simModels, startSimulatedProvider } from '../../sim/index.ts';
import {
  createCommand,
  json,
  type Printout,
  parsed,
  parsePort,
  parsePositive,
  toggle,
} from '../context/command.ts';
import { untilSignal } from '../context/with-runtime.ts';
import { printJson } from '../terminal/terminal.ts';

export const commands = {
  sim: createCommand({
    params: {
      port: parsed('number', 'port to listen on', parsePort),
      timeScale: parsed('number', 'multiplies every wait', parsePositive),
      list: toggle('print its models and keys, and what each does'),
      json,
    },
    example: 'holdfast sim --port 4700',
    run: async ({ list, json, port, timeScale }, { terminal }) => {
      if (list) return describeTables();
      const provider = await startSimulatedProvider({ port, timeScale }).catch((error: unknown) => {
        throw cannotListenOnPort(port, error);
      });
      if (json) printJson(terminal, { schema: 'holdfast.sim/1', url: provider.url });
      else
        terminal.talk(
          `the simulated provider listens on ${provider.url}; its log: ${provider.origin}/sim/log\n`,
        );
      await untilSignal(terminal, (signal) => once(signal, 'abort'));
      await provider.close();
      return 0;
    },
  }),
};

function describeTables(): Printout {
  const [models, keys] = [simModels, simKeys].map((rows) =>
    rows.map(({ name, effect }) => `  ${name.padEnd(28)} ${effect}`),
  );
  return {
    json: { schema: 'holdfast.sim-list/1', models: simModels, keys: simKeys },
    out: ['Models', ...(models ?? []), 'Keys', ...(keys ?? [])],
  };
}

function cannotListenOnPort(port: number | undefined, cause: unknown): unknown {
  if (!(cause instanceof Error && 'syscall' in cause)) return cause;
  const isTaken = 'code' in cause && cause.code === 'EADDRINUSE';
  const reason = isTaken ? `port ${port} is in use by another program` : describeFileFault(cause);
  return new AccessError('port-in-use', `the simulated provider cannot listen: ${reason}`, {
    fix: 'choose another with --port, or leave it out for a free one',
    cause,
  });
}
