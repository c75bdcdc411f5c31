/**
 * Gemini CLI speaks its own API to the gateway's address. Model and login method are in
 * `settings.json`, the key in `.env` beside it.
 */

import { shellLine } from '../../host/shell-line.ts';
import { type Agent, dotFolder } from '../settings.ts';

// Names: google-gemini/gemini-cli, docs/reference/configuration.md, and 0.61.0: without
// `selectedType` it refuses a custom address. Its small calls ask for their own models, whatever
// the session's model is. Of the files of variables it reads one alone: the nearest.
export const gemini: Agent = {
  name: 'gemini',
  title: 'Gemini CLI',
  folder: dotFolder('.gemini'),
  connect: ({ url }, folder) => ({
    files: [
      {
        path: `${folder}/settings.json`,
        set: { 'security.auth.selectedType': 'gemini-api-key', 'model.name': 'main' },
        above: ['.gemini/settings.json'],
      },
    ],
    secretsFile: {
      path: `${folder}/.env`,
      variable: 'GEMINI_API_KEY',
      above: ['.gemini/.env', '.env'],
    },
    shell: [shellLine`export GOOGLE_GEMINI_BASE_URL=${url}`],
    notes: [
      'Gemini CLI asks for gemini-… models beside yours: the aliases below send them to your tasks',
    ],
    aliases: { 'gemini-*flash*': 'title_generation', 'gemini-*': 'main' },
  }),
};
