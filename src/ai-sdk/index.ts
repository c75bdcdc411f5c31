/**
 * The AI SDK's provider as a package entry: `import { createHoldfastProvider } from
 * 'holdfast/ai-sdk'`.
 */

export {
  createHoldfastProvider,
  type HoldfastProvider,
  type HoldfastProviderOptions,
} from './provider.ts';
export type { RouteFacts } from './route-facts.ts';
