/**
 * A gateway as its users run it: a process of its own, with its own environment, on a port of its
 * own.
 */

import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface GatewayProcess {
  readonly url: string;
  /** What its callers authenticate with. */
  readonly key: string;
  readonly pid: number;
  /** Asks for a chat answer and gives its status and body. */
  ask(model: string, body?: object): Promise<{ readonly status: number; readonly text: string }>;
  /** What it said on stderr so far. */
  said(): string;
  /** Resolves with its exit status. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

const ownLauncher = join(import.meta.dirname, '../../bin/holdfast.js');
const gatewayKey = `hf_${'0'.repeat(24)}`;

/** Starts `holdfast serve` over the files in `home` and resolves when it listens. */
export async function startGatewayProcess(
  home: string,
  environment: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
  launcher = ownLauncher,
): Promise<GatewayProcess> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOLDFAST_HOME: home,
    HOLDFAST_PORT: '0',
    HOLDFAST_GATEWAY_KEY: gatewayKey,
    NO_COLOR: '1',
    ...environment,
  };
  const child = spawn(process.execPath, [launcher, 'serve', ...flags], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => void child.once('exit', resolve));
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /listens on (\S+)\/v1/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.on('exit', () => reject(new Error(`the gateway ended: ${said}`)));
  });
  return {
    url,
    key: gatewayKey,
    pid: child.pid ?? 0,
    ask: (model, body) => ask(url, { model, ...body }),
    said: () => said,
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function ask(
  url: string,
  body: object,
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gatewayKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'hello there' }], ...body }),
  });
  return { status: response.status, text: await response.text() };
}
