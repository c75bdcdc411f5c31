/** Where the gateway and the command for its key are, as an agent is to be told. Pure. */

import { shellLine } from '../host/shell-line.ts';
import type { GatewayPlace } from './settings.ts';

/** An address that listens everywhere is no address to connect to. */
const wildcards: Readonly<Record<string, string>> = {
  '0.0.0.0': '127.0.0.1',
  '::': '[::1]',
  '[::]': '[::1]',
};

type GatewayFacts = Pick<GatewayPlace, 'keyCommand' | 'keyFile' | 'tasks'> &
  Partial<Pick<GatewayPlace, 'window' | 'takesImages'>>;

/**
 * Default of what is not known: no window, and images are taken, as of a model that nobody knows.
 */
export function describeGateway({
  host,
  port,
  ...facts
}: GatewayFacts & { readonly host: string; readonly port: number }): GatewayPlace {
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return {
    window: {},
    takesImages: true,
    ...facts,
    url: `http://${wildcards[host] ?? bracketed}:${port}`,
    keyLine: shellLine`${facts.keyCommand}`,
    sideTask: facts.tasks.includes('title_generation') ? 'title_generation' : 'main',
  };
}
