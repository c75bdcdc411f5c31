/** The package entry `holdfast/sim`: starts a simulated provider that breaks on purpose. */

export type { SimAttempt } from './attempt-log.ts';
export type { SimClock } from './clock.ts';
export { type SimListing, simKeys, simModels } from './listing.ts';
export type { SimFaultOption, SimulatedProviderOptions } from './options.ts';
export { type SimulatedProvider, startSimulatedProvider } from './server.ts';
