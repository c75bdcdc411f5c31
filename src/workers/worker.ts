/**
 * A worker of `serve --workers N`: a gateway whose connections and store come from its primary, and
 * whose records and events go there.
 */

import type { Socket } from 'node:net';
import type { ResolvedConfig } from '../config/resolved/resolved.ts';
import { StoreError } from '../errors.ts';
import { bodyLimit } from '../gateway/body.ts';
import { createCallerKeys } from '../gateway/caller-keys.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { readGatewayKey, trackAdminKey } from '../gateway/key.ts';
import { startGatewayAs } from '../gateway/server.ts';
import { describeVersion } from '../host/describe-version.ts';
import { spareMemory } from '../host/spare-memory.ts';
import type { PrimaryPeer } from '../host/worker-process.ts';
import type { Host } from '../host.ts';
import type { EngineEvent } from '../model/events.ts';
import { createRuntime, type Runtime } from '../runtime.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { WorkerLink } from './link.ts';
import { createLinkChannel } from './link-channel.ts';
import { LinkedSlots } from './linked-slots.ts';
import { encodeFault, type StartFacts } from './messages.ts';
import { ToldRequests } from './told-requests.ts';

/** Behind an error that nothing caught, answers get this long for their last words. */
const lastWordsMs = 1500;

interface WorkerContext {
  readonly primary: PrimaryPeer;
  readonly host: Host;
  /** Calls back at each of these signals to this process. */
  readonly onSignal: (signals: readonly NodeJS.Signals[], listener: () => void) => unknown;
}

/** Serves until the primary says that it is over, or ends itself; resolves with the exit status. */
export async function serveAsWorker({ primary, host, onSignal }: WorkerContext): Promise<number> {
  const over = Promise.withResolvers<void>();
  let gateway: Gateway | undefined;
  let isOver = false;
  const drain = (): void => {
    isOver = true;
    over.resolve();
  };
  const abort = (): void => {
    drain();
    gateway?.abort();
  };
  let onHealthChanged = (): void => undefined;
  let onNews: Runtime['shared']['hear'] = () => undefined; // what comes before is among the first
  const link = new WorkerLink(primary, {
    told: { healthChanged: () => onHealthChanged(), news: (news) => onNews(news), drain, abort },
  });
  const requests = new ToldRequests(host.clock, (told) => link.tell('requests', told));
  primary.onGone((ending) => {
    link.end(new StoreError('store-failed', ending));
    drain();
  });
  // A terminal and systemd send their signals to all processes.
  onSignal(['SIGTERM', 'SIGINT'], () => (isOver ? abort() : drain()));
  primary.onUncaught((error) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    link.tell('faulty', { text });
    abort();
    host.clock.startTimer(lastWordsMs, () => void endFaulty(primary, requests));
  });
  try {
    const start = await link.ask('start', { version: describeVersion() });
    const channel = createLinkChannel(link, (listener) => {
      onHealthChanged = listener;
    });
    const runtime = createRuntime({
      host,
      flags: { host: start.host, port: start.port },
      adapt: (config) => shareBytes(config, start.workers),
      store: new SqliteStore(host, channel),
      recordLimit: 0,
      books: requests,
      together: {
        tell: (news) => link.tell('news', news),
        taskSlots: new LinkedSlots(link),
        promptKey: start.promptKey,
      },
      onEvent: (event) => tellEvent(link, event),
    });
    onNews = runtime.shared.hear;
    for (const news of start.news) onNews(news);
    const stops = [runtime.watchSlots()];
    try {
      gateway = await openGateway(runtime, primary, start);
      stops.push(spareMemory(host.clock, gateway, runtime.config().gateway.memory));
      link.tell('listening', {});
      await over.promise;
      await gateway.close();
    } finally {
      for (const stop of stops) stop();
      await runtime.close();
      requests.flush();
    }
    return 0;
  } catch (error) {
    link.tell('failed', encodeFault(error));
    return 1;
  } finally {
    await primary.leave();
  }
}

async function endFaulty(primary: PrimaryPeer, requests: ToldRequests): Promise<void> {
  requests.flush();
  await primary.leave();
  primary.exit(1);
}

function openGateway(runtime: Runtime, primary: PrimaryPeer, start: StartFacts): Promise<Gateway> {
  const { host, paths } = runtime;
  const place = {
    host: start.host,
    port: start.port,
    onConnection: (take: (connection: Socket) => void) => primary.onConnection(take),
  };
  return startGatewayAs(
    { place },
    {
      runtime,
      key: readGatewayKey(host, paths),
      adminKey: trackAdminKey(host, paths),
      callerKeys: createCallerKeys(host, paths.callerKeysFile, (text) =>
        runtime.emit({ type: 'warning', code: 'caller-keys-unusable', text }),
      ),
    },
  );
}

/** The bytes that the gateway may hold are divided, but each worker can take one body. */
function shareBytes(config: ResolvedConfig, workers: number): ResolvedConfig {
  const { gateway } = config;
  const share = Math.max(bodyLimit, Math.floor(gateway.maxInflightBytes / workers));
  const maxInflightBytes = Math.min(gateway.maxInflightBytes, share);
  return { ...config, gateway: { ...gateway, maxInflightBytes } };
}

/** What happens on a request's way is in its record. */
function tellEvent(link: WorkerLink, event: EngineEvent): void {
  const { type } = event;
  if (type === 'asking' || type === 'rescue' || type === 'waiting' || type === 'finished') return;
  link.tell('event', event);
}
