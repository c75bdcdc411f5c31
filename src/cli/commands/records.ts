/** `holdfast records clear` deletes recorded prompts and answers. */

import { countNoun } from '../../explain/why/wording.ts';
import { ContentFile } from '../../store/contents/content-file.ts';
import { createCommand, json } from '../context/command.ts';

export const commands = {
  clear: createCommand({
    params: { json },
    example: 'holdfast records clear',
    run: (_args, { host: { files }, paths: { contentsFile: path } }) => {
      const file = new ContentFile({ files, path });
      try {
        const erased = file.clear();
        const whose = countNoun(erased, 'request');
        const out = [`erased what was asked and answered in ${whose}; the records themselves stay`];
        return { json: { schema: 'holdfast.records/1', erased }, out };
      } finally {
        file.close();
      }
    },
  }),
};
