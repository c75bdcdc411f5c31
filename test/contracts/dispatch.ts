/**
 * The one contract of every way to a provider: `testDispatch` runs its laws against one, over real
 * sockets (step 3 of a request).
 */

import { afterEach, beforeEach, describe } from 'vitest';
import type { Dispatch } from '../../src/host.ts';
import { testAnswers } from './dispatch/answers.ts';
import { testBreaks } from './dispatch/breaks.ts';
import { testControl } from './dispatch/control.ts';
import { RawProvider } from './dispatch/raw-provider.ts';
import { testReuse } from './dispatch/reuse.ts';
import type { Scene } from './dispatch/scene.ts';

/** A way to providers, and the way to end it. */
interface OpenedDispatch {
  readonly dispatch: Dispatch;
  close(): Promise<void>;
}

/** Runs every law against dispatches made by `open`. */
export function testDispatch(name: string, open: () => Promise<OpenedDispatch>): void {
  describe(name, () => {
    let opened: OpenedDispatch;
    let provider: RawProvider;
    beforeEach(async () => {
      provider = new RawProvider();
      await provider.listen();
      opened = await open();
    });
    afterEach(async () => {
      await opened.close();
      await provider.close();
    });
    const present = (): Scene => ({
      dispatch: opened.dispatch,
      provider,
      close: () => opened.close(),
    });
    describe('an answer', () => testAnswers(present));
    describe('a caller', () => testControl(present));
    describe('a connection', () => testReuse(present));
    describe('what breaks', () => testBreaks(present));
  });
}
