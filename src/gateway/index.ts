/** The package entry `holdfast/gateway`: starts a gateway inside another program. */

/// <reference types="node" preserve="true" />

export { createRuntime, type Runtime, type RuntimeOptions } from '../runtime.ts';
export { readGatewayKey } from './key.ts';
export { type Gateway, type GatewayOptions, startGateway } from './server.ts';
