/** The one tool of the SDK programs: it really lists the directory, and leaves what it saw in `listing.txt` as proof. */

import { readdirSync, writeFileSync } from 'node:fs';

export const listDirectory = {
  name: 'list_directory',
  description: 'Lists the files of a directory.',
  schema: {
    type: 'object',
    properties: { path: { type: 'string' } },
    required: ['path'],
    additionalProperties: false,
  },
  run: ({ path }) => {
    const names = readdirSync(path).join('\n');
    writeFileSync('listing.txt', names);
    return names;
  },
};
