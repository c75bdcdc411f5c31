/** The gateway as a package entry: start it in a program of your own. */

export { createRuntime, type Runtime, type RuntimeOptions } from '../runtime.ts';
export { readGatewayKey } from './key.ts';
export { type Gateway, type GatewayOptions, startGateway } from './server.ts';
