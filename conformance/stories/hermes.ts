/**
 * Hermes Agent, two versions side by side: each from PyPI in an environment of its own, HERMES_HOME
 * for its folder.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { installed, installFromPypi } from './install.ts';
import type { StoryAgent } from './story.ts';

export const hermesAgents: readonly StoryAgent[] = ['0.14.0', '0.19.0'].map(hermes);

function hermes(version: string): StoryAgent {
  const program = join(installed('hermes-agent', version), 'bin/hermes');
  return {
    name: `hermes ${version}`,
    connect: 'hermes',
    install: () => installFromPypi('hermes-agent', version),
    homeVariable: 'HERMES_HOME',
    ask: (prompt) => ({ argv: [program, 'chat', '-Q', '-q', prompt], environment: {} }),
    chat: { argv: [program, 'chat'], environment: {} },
  };
}

/** The titles of all sessions so far, as Hermes keeps them; empty while none has one. */
export function readTitles(hermesHome: string): readonly string[] {
  const path = join(hermesHome, 'state.db');
  if (!existsSync(path)) return [];
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = database.prepare('SELECT title FROM sessions WHERE title IS NOT NULL').all();
    return rows.map(({ title }) => String(title));
  } catch {
    return []; // Hermes is about to make it
  } finally {
    database.close();
  }
}
