/**
 * `holdfast descriptions` lists or deletes the stored text descriptions of images, for models
 * without vision.
 */

import { describePast } from '../../access/wording/when.ts';
import { placeOfSetting } from '../../config/resolved/name-setting.ts';
import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import { countNoun } from '../../explain/why/wording.ts';
import { defaults } from '../../model/defaults.ts';
import { DescriptionFile } from '../../store/descriptions/description-file.ts';
import type { KeptDescription } from '../../store/descriptions/description-store.ts';
import { createCommand, json, type Printout } from '../context/command.ts';
import { readSettings } from '../context/own-settings.ts';
import type { CommandContext } from '../terminal/terminal.ts';

export const commands = {
  list: createCommand({
    params: { json },
    example: 'holdfast descriptions list',
    run: async (_args, context) => {
      const config = await readSettings(context.host);
      return withDescriptions(context, (file, now) => {
        const descriptions = file.list();
        return {
          json: { schema: 'holdfast.descriptions/1', descriptions },
          out: descriptions.map((description) => describeOne(description, now)),
          talk: descriptions.length === 0 ? [describeNone(config)] : [],
        };
      });
    },
  }),
  /** Running gateways describe images again after this. */
  clear: createCommand({
    params: { json },
    example: 'holdfast descriptions clear',
    run: (_args, context) =>
      withDescriptions(context, (file) => {
        const erased = file.clear();
        return {
          json: { schema: 'holdfast.descriptions/1', erased },
          out: [`erased ${countNoun(erased, 'description')}`],
        };
      }),
  }),
};

/** Names the settings by which none is kept, or not for long. */
function describeNone(config: ResolvedConfig | undefined): string {
  const none = 'no image has been described';
  const places = ['save', 'keep', 'max_bytes'].flatMap((name) => {
    const key = `descriptions.${name}`;
    const place = config && placeOfSetting(config, key);
    return place === undefined ? [] : [`${key} (${place})`];
  });
  return places.length === 0 ? none : `${none}, or none is kept: ${places.join(', ')}`;
}

function withDescriptions(
  { host: { files, clock }, paths: { descriptionsFile: path } }: CommandContext,
  use: (file: DescriptionFile, now: number) => Printout,
): Printout {
  const { keep: keepDays, maxBytes } = defaults.descriptions;
  const file = new DescriptionFile({ files, clock, path, limits: () => ({ keepDays, maxBytes }) });
  try {
    return use(file, clock.now());
  } finally {
    file.close();
  }
}

/** Cuts the text to fit one line. */
function describeOne({ key, text, usedAt }: KeptDescription, now: number): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll(/\p{Cc}/gu, '');
  return `${key.slice(0, 12)}  used ${describePast(usedAt, now)}  ${line.slice(0, 100)}`;
}
