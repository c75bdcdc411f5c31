/** Plays the transcripts of `transcripts/`, each as one test, against one simulated provider. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { parseTranscripts, playTranscript } from './transcript.ts';

const folder = join(import.meta.dirname, 'transcripts');

/**
 * Defines the tests of every file that `isWanted`. Processes start slowly on a busy machine, hence
 * the long limit.
 */
export function playFolder(isWanted: (file: string) => boolean): void {
  let sim: SimulatedProvider;
  beforeAll(async () => {
    sim = await startSimulatedProvider();
  });
  afterAll(() => sim.close());

  describe.each(readdirSync(folder).filter(isWanted))('%s', (file) => {
    const transcripts = parseTranscripts(readFileSync(join(folder, file), 'utf8'));
    it.concurrent.each([...transcripts])('$title', { timeout: 120_000 }, async (transcript) => {
      const played = await playTranscript(transcript, { SIM: sim.url });
      expect(played.length).toBeGreaterThan(0);
      for (const { command, expected, actual } of played)
        expect({ command, ...actual }).toEqual({ command, ...expected });
    });
  });
}
