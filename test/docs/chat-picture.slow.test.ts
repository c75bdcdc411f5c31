/** The picture in docs/chat.md is what the chat shows on a terminal now. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { hasTmux } from '../../scripts/lib/pane.ts';

it.skipIf(!hasTmux())('shows what the chat shows', { timeout: 60_000 }, async () => {
  const script = join(import.meta.dirname, '../../scripts/draw-chat.ts');
  const drawn = await promisify(execFile)(process.execPath, [script, '--check']);
  expect(drawn.stderr).toBe('');
});
