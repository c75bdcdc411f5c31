/** Cline stores address and key with its own command; its extension is configured in the editor. */

import { shellLine } from '../../host/shell-line.ts';
import { type Agent, dotFolder } from '../settings.ts';

// Names: docs.cline.bot, cline-cli/installation and provider-config/openai-compatible: `cline auth`
// writes ~/.cline/data/settings/providers.json with the key in it, which is why no file is written
// here.
export const cline: Agent = {
  name: 'cline',
  title: 'Cline',
  folder: dotFolder('.cline', 'CLINE_DIR'),
  connect: ({ url, keyLine }) => ({
    shell: [
      shellLine`cline auth --provider openai-compatible --apikey ${{ outputOf: keyLine }} --modelid main --baseurl ${url}/v1`,
    ],
    notes: [
      `In the extension: API Provider "OpenAI Compatible", Base URL ${url}/v1, Model ID main, and what \`${keyLine}\` prints`,
    ],
  }),
};
