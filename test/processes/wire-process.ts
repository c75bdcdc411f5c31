/**
 * A process that asks a provider over TLS, and closes nothing: by name twice and once on a fresh connection, by address twice.
 * Argument: the port. Tells what it heard, and whether it has loaded undici.
 */

import { registerHooks } from 'node:module';

let hasUndici = false;
registerHooks({
  load: (url, context, nextLoad) => {
    if (url.includes('/node_modules/undici/')) hasUndici = true;
    return nextLoad(url, context);
  },
});

const { createNodeHost } = await import('../../src/host/node-host.ts');
const host = createNodeHost();
const [, , port] = process.argv;
const heard: unknown[] = [];

async function ask(name: string, freshConnection: boolean): Promise<void> {
  let status = 0;
  let text = '';
  await new Promise<void>((resolve) => {
    const request = { origin: `https://${name}:${port}`, path: '/', method: 'GET', headers: {} } as const;
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
await ask('127.0.0.1', false);
await ask('127.0.0.1', false);
process.send?.({ heard, hasUndici });
process.disconnect();
