/** What every law of a dispatch plays with. */

import type { Dispatch } from '../../../src/host.ts';
import type { RawProvider } from './raw-provider.ts';

export interface Scene {
  readonly dispatch: Dispatch;
  readonly provider: RawProvider;
  /** Ends the dispatch before its time. */
  close(): Promise<void>;
}
