/**
 * The way of a request to its provider (step 3 of a request): over a connection of our own, or through the proxy that the
 * environment names for it. Redirects are never followed.
 */

import type { Clock, Dispatch, Environment } from '../host.ts';
import { Call, type Send } from './call.ts';
import { DirectWires } from './http1/direct-wires.ts';
import type { ProxiedWires } from './proxied-wires.ts';
import { isLoopback, type Proxies, readProxies } from './proxies.ts';

export interface Upstream {
  readonly dispatch: Dispatch;
  /** Ends every connection; the requests on them end with an error. */
  close(): Promise<void>;
}

/** Throws `config-invalid` where a variable of the environment holds no URL of a proxy. */
export function createUpstream(environment: Environment, clock: Clock): Upstream {
  const direct = new DirectWires(clock);
  const proxies = readProxies(environment);
  const proxied = proxies === undefined ? undefined : new LateWires(proxies);
  const chooseSend = (origin: string): Send =>
    proxied === undefined || isLoopback(origin)
      ? (request, call) => direct.send(request, call)
      : (request, call) => void proxied.send(request, call);
  return {
    dispatch: (request, handler) => {
      const call = new Call(handler);
      chooseSend(request.origin)(request, call);
      return call;
    },
    close: async () => {
      direct.close();
      await proxied?.close();
    },
  };
}

/** Loads what speaks to proxies with the first request that needs it. */
class LateWires {
  readonly #proxies: Proxies;
  #wires: Promise<ProxiedWires> | undefined;

  constructor(proxies: Proxies) {
    this.#proxies = proxies;
  }

  async send(...[request, call]: Parameters<Send>): Promise<void> {
    try {
      this.#wires ??= this.#load();
      const wires = await this.#wires;
      if (!call.isOver) wires.send(request, call);
    } catch (error) {
      call.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Why it could not be loaded was told to the requests. */
  async close(): Promise<void> {
    const wires = await this.#wires?.catch(() => undefined);
    await wires?.close();
  }

  async #load(): Promise<ProxiedWires> {
    const { ProxiedWires } = await import('./proxied-wires.ts');
    return new ProxiedWires(this.#proxies);
  }
}
