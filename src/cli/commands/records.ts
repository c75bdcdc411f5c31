/** `holdfast records clear`: erases what was asked and answered, where it was kept. */

import { ContentFile } from '../../store/contents/content-file.ts';
import { createCommand, type Given, json } from '../command.ts';
import { printJson, type Terminal } from '../terminal.ts';
import { withFiles } from '../with-runtime.ts';

const takes = { json };

export const commands = { clear: createCommand({ takes, example: 'holdfast records clear', run: clear }) };

function clear(terminal: Terminal, asked: Given<typeof takes>): Promise<number> {
  return withFiles(({ files }, { contentsFile: path }) => {
    const file = new ContentFile({ files, path });
    try {
      const erased = file.clear();
      const whose = `${erased} ${erased === 1 ? 'request' : 'requests'}`;
      if (asked.json) printJson(terminal, 'holdfast.records/1', { erased });
      else terminal.out(`erased what was asked and answered in ${whose}; the records themselves stay\n`);
      return 0;
    } finally {
      file.close();
    }
  });
}
