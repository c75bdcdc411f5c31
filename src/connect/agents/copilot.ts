/** GitHub Copilot CLI reads a custom provider from variables, and gets its key from a command. */

import { shellLine } from '../../host/shell-line.ts';
import { type Agent, dotFolder } from '../settings.ts';

// Names: `copilot help providers`, 1.0.102. A custom provider needs no GitHub login.
export const copilot: Agent = {
  name: 'copilot',
  title: 'Copilot CLI',
  folder: dotFolder('.copilot', 'COPILOT_HOME'),
  connect: ({ url, keyLine, window: { context, output } }) => ({
    shell: [
      shellLine`export COPILOT_PROVIDER_BASE_URL=${url}/v1`,
      shellLine`export COPILOT_PROVIDER_API_KEY_COMMAND=${keyLine}`,
      shellLine`export COPILOT_MODEL=main`,
      ...(context === undefined
        ? []
        : [shellLine`export COPILOT_PROVIDER_MAX_PROMPT_TOKENS=${context}`]),
      ...(output === undefined
        ? []
        : [shellLine`export COPILOT_PROVIDER_MAX_OUTPUT_TOKENS=${output}`]),
    ],
  }),
};
