/**
 * The simulated provider: a real HTTP server that answers as a vendor would, and breaks on request.
 */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAnthropicMessages } from './anthropic-messages/protocol.ts';
import { AttemptLog, type SimAttempt } from './attempt-log.ts';
import { FaultMemory } from './fault-memory.ts';
import { googleGenerateContent } from './google-generate-content/protocol.ts';
import { openaiChat } from './openai-chat/protocol.ts';
import { createOpenaiResponses } from './openai-responses/protocol.ts';
import { resolveSettings, type SimSettings, type SimulatedProviderOptions } from './options.ts';
import { KeptFiles } from './passages/kept-files.ts';
import { mediaRoutes } from './passages/media.ts';
import { createRequestListener } from './router.ts';
import { createPropsRoute, Slots } from './slots.ts';

export interface SimulatedProvider {
  /** Is the base URL for clients: `http://127.0.0.1:PORT/v1`. */
  readonly url: string;
  readonly origin: string;
  readonly port: number;
  /** Returns every attempt so far, oldest first. */
  log(): readonly SimAttempt[];
  clearLog(): void;
  /** Starts every fault anew and clears the log. */
  reset(): void;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

/** Rejects if options are invalid or the port is taken. */
export async function startSimulatedProvider(
  options: SimulatedProviderOptions = {},
): Promise<SimulatedProvider> {
  const settings = resolveSettings(options);
  const log = new AttemptLog();
  const siteAt = (prefix: string) => ({ prefix, faults: new FaultMemory(settings, prefix) });
  const sites = [siteAt(''), ...settings.sites.map(siteAt)] as const;
  const openaiResponses = createOpenaiResponses();
  const anthropicMessages = createAnthropicMessages(settings.time);
  const files = new KeptFiles();
  const slots = settings.slots === undefined ? undefined : new Slots(settings.slots);
  const own = slots === undefined ? [] : [createPropsRoute(slots)];
  const passages = {
    routes: [...own, ...mediaRoutes, ...files.routes],
    encodeError: openaiChat.encodeError,
  };
  // Errors for unknown paths are in the first protocol's shape.
  const protocols = [
    openaiChat,
    openaiResponses,
    anthropicMessages,
    googleGenerateContent,
    passages,
  ] as const;
  const reset = () => {
    for (const { faults } of sites) faults.clear();
    openaiResponses.forget();
    anthropicMessages.forget();
    files.clear();
    log.clear();
  };
  const listener = createRequestListener({ settings, log, sites, reset, protocols, slots });
  const server = createServer(
    { noDelay: true, requestTimeout: 0, keepAliveTimeout: 120_000 },
    listener,
  );
  const { port } = await listenOn(server, settings);
  const origin = `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`;
  return {
    url: `${origin}/v1`,
    origin,
    port,
    log: () => log.list(),
    clearLog: () => log.clear(),
    reset,
    close: () => close(server),
  };
}

function listenOn(server: Server, settings: SimSettings): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: settings.port, host: settings.host, backlog: 4096 }, () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string')
        reject(new Error('the server has no port'));
      else resolve(address);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
