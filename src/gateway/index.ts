/** The package entry `holdfast/gateway`: starts a gateway inside another program. */

/// <reference types="node" preserve="true" />

export { createRuntime, type Runtime, type RuntimeOptions } from '../runtime.ts';
export type { Gateway, GatewayOptions } from './gateway.ts';
export { readGatewayKey } from './key.ts';
export { startGateway } from './server.ts';
