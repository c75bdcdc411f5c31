/** Describes the gateway's address and the command for its key, for an agent's settings. Pure. */

import { shellLine } from '../host/shell-line.ts';
import type { GatewayAddress } from './settings.ts';

/** An agent cannot connect to a wildcard address, so it uses the loopback address instead. */
const wildcards: Readonly<Record<string, string>> = {
  '0.0.0.0': '127.0.0.1',
  '::': '[::1]',
  '[::]': '[::1]',
};

type GatewayFacts = Pick<GatewayAddress, 'keyCommand' | 'gatewayKeyFile' | 'tasks'> &
  Partial<Pick<GatewayAddress, 'window' | 'takesImages'>>;

/** Unknown facts have defaults: no window, and images are accepted. */
export function describeGateway({
  host,
  port,
  ...facts
}: GatewayFacts & { readonly host: string; readonly port: number }): GatewayAddress {
  return {
    window: {},
    takesImages: true,
    ...facts,
    url: describeAddress(host, port),
    keyLine: shellLine`${facts.keyCommand}`,
    sideTask: facts.tasks.includes('title_generation') ? 'title_generation' : 'main',
  };
}

/** The same gateway, with another program that prints the key. */
export function askBy(
  gateway: GatewayAddress,
  keyCommand: GatewayAddress['keyCommand'],
): GatewayAddress {
  return { ...gateway, keyCommand, keyLine: shellLine`${keyCommand}` };
}

/** Returns the URL at which a client on this machine reaches a listener. */
export function describeAddress(host: string, port: number): string {
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `http://${wildcards[host] ?? bracketed}:${port}`;
}
