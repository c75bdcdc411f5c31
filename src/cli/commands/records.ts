/** `holdfast records clear`: erases what was asked and answered, where it was kept. */

import { ContentFile } from '../../store/contents/content-file.ts';
import { createCommand, json, type Printout } from '../command.ts';
import { withFiles } from '../with-runtime.ts';

export const commands = {
  clear: createCommand({ takes: { json }, example: 'holdfast records clear', run: clear }),
};

function clear(): Promise<Printout> {
  return withFiles(({ files }, { contentsFile: path }) => {
    const file = new ContentFile({ files, path });
    try {
      const erased = file.clear();
      const whose = `${erased} ${erased === 1 ? 'request' : 'requests'}`;
      const out = [`erased what was asked and answered in ${whose}; the records themselves stay`];
      return { json: { schema: 'holdfast.records/1', erased }, out };
    } finally {
      file.close();
    }
  });
}
