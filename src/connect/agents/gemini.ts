/** Gemini CLI: it speaks a wire format that the gateway does not. */

import type { Agent } from '../settings.ts';

// Names: google-gemini/gemini-cli, docs/reference/configuration.md: GOOGLE_GEMINI_BASE_URL changes the address, not the format.
export const gemini: Agent = {
  name: 'gemini',
  title: 'Gemini CLI',
  programs: ['gemini'],
  folders: (user) => [`${user.home}/.gemini`],
  refusal: {
    reason: 'Gemini CLI speaks only generateContent, a wire format that the gateway does not',
    howToFix: 'put gemini/… models into your routes and use them with any other agent',
  },
  connect: () => ({ files: [], shell: [], notes: [], aliases: {} }),
};
