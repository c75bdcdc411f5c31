/** Reasonix, from npm. It reads keys from `.env` in REASONIX_HOME and nowhere else. */

import { join } from 'node:path';
import { installed, installFromNpm } from './install.ts';
import type { StoryAgent } from './story.ts';

const version = '1.38.11';
const program = join(installed('reasonix', version), 'node_modules/.bin/reasonix');

export const reasonixAgent: StoryAgent = {
  name: `reasonix ${version}`,
  connect: 'reasonix',
  install: () => installFromNpm('reasonix', version),
  homeVariable: 'REASONIX_HOME',
  ask: (prompt) => ({ argv: [program, 'run', '--max-steps', '3', prompt], environment: {} }),
};
