/** Makes the record of a plainly answered request; a test adds the fields that matter to it. */

import type { RequestRecord } from '../../src/model/record.ts';

export function recordOf(facts: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id: 'hfr_1',
    at: 0,
    durationMs: 1,
    task: 'main',
    model: 'main',
    protocol: 'openai-chat',
    operation: 'generate',
    streamed: false,
    outcome: 'answered',
    attempts: [],
    skipped: [],
    notes: [],
    ...facts,
  };
}
