/** Suggests fixes where this home itself is the cause: a setting, or a variable that it reads. */

import { findUnreadFiles } from '../../config/files/unread-files.ts';
import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { formatFix } from '../../errors.ts';
import { shellLine } from '../../host/shell-line.ts';
import { catalogue } from '../../providers/builtin.ts';
import type { Engine } from '../request/engine.ts';
import { imagesKey } from '../request/text-only.ts';
import type { FixContext } from './key-fixes.ts';

/** Whoever has edited a file that is not read does not see it asked. */
export function listUnread({ config, host: { environment, files } }: Engine): readonly string[] {
  if (config().origin.kind === 'given') return [];
  return findUnreadFiles(environment, files).map(({ what, fix }) => `${what}; ${formatFix(fix)}`);
}

/** A setting may say what the catalogue denies, or what only its owner knows. */
export function seeImages({ target, task, sourceOf }: FixContext): string {
  const key = imagesKey(target);
  const isSaid = target.images === false && sourceOf(key) !== key;
  const sees = catalogue.findModel(target.provider, target.model)?.images === true;
  const why = sees ? 'it sees images, as the catalogue knows' : 'if it does see images';
  const own = isSaid ? `${why}: ${shellLine`holdfast config unset ${key}`}; or ` : '';
  const ofTask = formatKeyPath(['auxiliary', task.name, 'blind_models']);
  const said = [ofTask, 'blind_models'].map(sourceOf).find((mode) => mode.endsWith(')'));
  const describe =
    said === undefined ? 'write blind_models: describe' : `write describe into ${said}`;
  return `${own}${describe} and name a model that sees in auxiliary.vision, or put one on the route`;
}
