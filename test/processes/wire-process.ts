/**
 * A process that asks a provider over TLS, and closes nothing: by name twice and twice on fresh
 * connections, by address twice. Argument: the port. Tells what it heard.
 */

import { createNodeHost } from '../../src/host/node-host.ts';

const host = createNodeHost();
const [, , port] = process.argv;
const heard: unknown[] = [];

async function ask(name: string, freshConnection: boolean): Promise<void> {
  let status = 0;
  let text = '';
  await new Promise<void>((resolve) => {
    const request = {
      origin: `https://${name}:${port}`,
      path: '/',
      method: 'GET',
      headers: {},
    } as const;
    host.dispatch(
      { ...request, freshConnection },
      {
        onHead: (said) => {
          status = said;
        },
        onData: (chunk) => {
          text += chunk;
        },
        onEnd: resolve,
        onError: (error) => {
          text = error.message;
          resolve();
        },
      },
    );
  });
  heard.push({ status, text });
}

await ask('localhost', false);
await ask('localhost', false);
await ask('localhost', true);
await ask('localhost', true);
await ask('127.0.0.1', false);
await ask('127.0.0.1', false);
process.send?.(heard);
process.disconnect();
