/** `holdfast sim` runs the simulated provider in the foreground, or prints its tables. */

import { once } from 'node:events';
import { AccessError, codeOf } from '../../errors.ts';
import { describeFileFault } from '../../host/file-fault.ts';
import { shellLine } from '../../host/shell-line.ts';
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
    run: async ({ list, json, port, timeScale }, { terminal, host }) => {
      if (list) return describeTables();
      const provider = await startSimulatedProvider({ port, timeScale }).catch(
        async (error: unknown) => {
          throw await cannotListenOnPort(port, error, host.platform);
        },
      );
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

async function cannotListenOnPort(
  port: number | undefined,
  cause: unknown,
  platform: string,
): Promise<unknown> {
  if (!(cause instanceof Error && 'syscall' in cause)) return cause;
  const [subject, fix] = ['the simulated provider cannot listen', simElsewhere];
  if (codeOf(cause) !== 'EADDRINUSE' || port === undefined)
    return new AccessError('cannot-listen', `${subject}: ${describeFileFault(cause)}`, {
      fix,
      cause,
    });
  const { describeHolder } = await import('../context/listening.ts');
  const { who } = await describeHolder({ address: '127.0.0.1', port }, { platform });
  return new AccessError('port-in-use', `${subject}: port ${port} is in use by ${who}`, {
    fix,
    cause,
  });
}

const simElsewhere = { text: 'let it find a free port', command: shellLine`holdfast sim` };
