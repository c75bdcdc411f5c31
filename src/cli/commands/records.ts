/** `holdfast records clear` deletes recorded prompts and answers. */

import { countNoun } from '../../explain/why/wording.ts';
import { ContentFile } from '../../store/contents/content-file.ts';
import { askFleet } from '../context/ask-fleet.ts';
import { createCommand, json } from '../context/command.ts';

export const commands = {
  clear: createCommand({
    params: { json },
    example: 'holdfast records clear',
    run: async (_args, { host, paths: { contentsFile: path } }) => {
      const { files } = host;
      const file = new ContentFile({ files, path });
      try {
        const erased = file.clear();
        await askFleet(host, (fleet) => fleet.clear());
        const whose = countNoun(erased, 'request');
        const out = [`erased what was asked and answered in ${whose}; the records themselves stay`];
        return { json: { schema: 'holdfast.records/1', erased }, out };
      } finally {
        file.close();
      }
    },
  }),
};
