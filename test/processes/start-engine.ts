/** Starts engine processes and talks to them. */

import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Order, Report } from './orders.ts';

export interface EngineProcess {
  /** `body` has fields of the request. */
  ask(body?: object): Promise<unknown>;
  marks(): Promise<unknown>;
  reset(): Promise<unknown>;
  close(): Promise<void>;
}

/** Resolves when the engine knows what the state file in `home` says. */
export async function startEngineProcess(home: string, config: object): Promise<EngineProcess> {
  const child = fork(join(import.meta.dirname, 'engine-process.ts'), {
    execArgv: [],
    env: { PATH: process.env['PATH'], HOLDFAST_HOME: home, ENGINE_CONFIG: JSON.stringify(config) },
  });
  const waiting = new Map<number, (report: Report) => void>();
  let orders = 0;
  child.on('message', (report: Report) => {
    waiting.get(report.id)?.(report);
    waiting.delete(report.id);
  });
  child.once('exit', (code) => {
    for (const [id, tell] of waiting) tell({ id, error: `the engine process ended with ${code}` });
  });
  const order = (name: Order['name'], body: object = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++orders;
      waiting.set(id, ({ result, error }) =>
        error === undefined ? resolve(result) : reject(new Error(error)),
      );
      child.send({ id, name, body });
    });
  await order('marks');
  return {
    ask: (body) => order('ask', body),
    marks: () => order('marks'),
    reset: () => order('reset'),
    close: async () => {
      await order('close');
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      await ended;
    },
  };
}
