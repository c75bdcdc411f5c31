/**
 * The package entry `holdfast/ai-sdk`: `import { createHoldfastProvider } from 'holdfast/ai-sdk'`.
 */

/// <reference types="node" preserve="true" />

export {
  createHoldfastProvider,
  type HoldfastProvider,
  type HoldfastProviderOptions,
} from './provider.ts';
export type { RouteFacts } from './route-facts.ts';
