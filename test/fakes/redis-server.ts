/** A real engine for tests: Redis without a disk, on a port of this machine that was free. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

export interface EngineProcess {
  readonly url: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** `program` is Redis or Valkey; both are started alike. */
export async function startRedis(
  more: readonly string[] = [],
  program = 'redis-server',
): Promise<EngineProcess> {
  const port = await findPort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', ...more];
  const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const chunk of child.stdout ?? []) if (/Ready to accept/.test(String(chunk))) break;
  return {
    url: `redis://127.0.0.1:${port}`,
    process: child,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
