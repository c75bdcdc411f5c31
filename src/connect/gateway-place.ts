/** Where the gateway and the command for its key are, as an agent is to be told. Pure. */

import { quoteWord } from '../imports/quote-word.ts';
import type { GatewayPlace } from './settings.ts';

/** An address that listens everywhere is no address to connect to. */
const wildcards: Readonly<Record<string, string>> = {
  '0.0.0.0': '127.0.0.1',
  '::': '[::1]',
  '[::]': '[::1]',
};

export function describeGateway(facts: {
  readonly host: string;
  readonly port: number;
  readonly keyCommand: GatewayPlace['keyCommand'];
  readonly keyFile: string | undefined;
  readonly tasks: readonly string[];
  readonly window?: GatewayPlace['window'];
  /** Default: true, as of a model that nobody knows. */
  readonly takesImages?: boolean;
}): GatewayPlace {
  const { host, port, keyCommand, keyFile, tasks, window = {}, takesImages = true } = facts;
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return {
    url: `http://${wildcards[host] ?? bracketed}:${port}`,
    keyCommand,
    keyLine: keyCommand.map(quoteWord).join(' '),
    keyFile,
    sideTask: tasks.includes('title_generation') ? 'title_generation' : 'main',
    tasks,
    window,
    takesImages,
  };
}
