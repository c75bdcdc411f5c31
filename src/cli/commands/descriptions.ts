/** `holdfast descriptions list|clear`: what images show, in the words that models without eyes were told. */

import { describePast } from '../../access/when.ts';
import { defaults } from '../../model/defaults.ts';
import { DescriptionFile } from '../../store/descriptions/description-file.ts';
import type { KeptDescription } from '../../store/descriptions/description-store.ts';
import { createCommand, json } from '../command.ts';
import { printJson, type Terminal } from '../terminal.ts';
import { withFiles } from '../with-runtime.ts';

export const commands = {
  list: createCommand({ takes: { json }, example: 'holdfast descriptions list', run: list }),
  clear: createCommand({ takes: { json }, example: 'holdfast descriptions clear', run: clear }),
};

interface DescriptionsAsked {
  readonly json: boolean | undefined;
}

function list(terminal: Terminal, asked: DescriptionsAsked): Promise<number> {
  return withDescriptions((file, now) => {
    const descriptions = file.list();
    if (asked.json) printJson(terminal, 'holdfast.descriptions/1', { descriptions });
    else if (descriptions.length === 0) terminal.talk('no image has been described\n');
    else for (const description of descriptions) terminal.out(`${describeOne(description, now)}\n`);
    return 0;
  });
}

/** Running gateways describe anew what they are shown from now on. */
function clear(terminal: Terminal, asked: DescriptionsAsked): Promise<number> {
  return withDescriptions((file) => {
    const erased = file.clear();
    if (asked.json) printJson(terminal, 'holdfast.descriptions/1', { erased });
    else terminal.out(`erased ${erased} description${erased === 1 ? '' : 's'}\n`);
    return 0;
  });
}

function withDescriptions(use: (file: DescriptionFile, now: number) => number): Promise<number> {
  return withFiles(({ files, clock }, { descriptionsFile: path }) => {
    const { keep: keepDays, maxBytes } = defaults.descriptions;
    const file = new DescriptionFile({ files, clock, path, limits: () => ({ keepDays, maxBytes }) });
    try {
      return use(file, clock.now());
    } finally {
      file.close();
    }
  });
}

/** As much of it as fits into a line. */
function describeOne({ key, text, usedAt }: KeptDescription, now: number): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll(/\p{Cc}/gu, '');
  return `${key.slice(0, 12)}  used ${describePast(usedAt, now)}  ${line.slice(0, 100)}`;
}
