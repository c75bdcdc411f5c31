/** Suggests fixes where this home itself is the cause: a setting, or a variable that it reads. */

import { findUnreadFiles } from '../../config/files/unread-files.ts';
import { nameSetting } from '../../config/resolved/name-setting.ts';
import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { isWaitedFor } from '../../credentials/health/mark-policy.ts';
import { formatFix } from '../../errors.ts';
import { shellLine } from '../../host/shell-line.ts';
import { defaults } from '../../model/defaults.ts';
import type { Failure } from '../../model/failure.ts';
import type { CandidateVerdict } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';
import { catalogue } from '../../providers/builtin.ts';
import type { Engine } from '../request/engine.ts';
import type { RequestContext } from '../request/request-context.ts';
import { imagesKey, takesPictures, visionTask } from '../request/text-only.ts';
import { failureBehind } from './ended.ts';
import type { FixContext } from './key-fixes.ts';
import { findSetLimit } from './limit-fixes.ts';

/** Whoever has edited a file that is not read does not see it asked. */
export function listUnread({ config, host: { environment, files } }: Engine): readonly string[] {
  if (config().origin.kind === 'given') return [];
  return findUnreadFiles(environment, files).map(({ what, fix }) => `${what}; ${formatFix(fix)}`);
}

/** Who else may answer, by the setting that keeps others away, if there is one. */
export function suggestSpare(context: RequestContext): readonly string[] {
  const { route, config, candidates } = context;
  const { task } = route;
  const mains = config.routes.get('main')?.targets ?? [];
  if (task === 'pinned')
    return mains.length > 1
      ? [
          'ask for main instead, which goes on to the next model; or set gateway.pinned_fallback to main',
        ]
      : [];
  const key = formatKeyPath(['auxiliary', task, 'fallback']);
  if (readSet(config, key) === 'none') {
    const asked = new Set(candidates.places.map(({ target }) => target.id));
    const helps = mains.some(
      ({ target }) => !asked.has(target.id) && takesPictures(context, target),
    );
    return [
      helps
        ? `take out ${key}, which keeps the main route from answering: ${shellLine`holdfast config unset ${key}`}`
        : `add a model to ${formatKeyPath(['auxiliary', task, 'fallback_chain'])}, which answers when this one cannot`,
    ];
  }
  return [
    'add a second model to fallback_chain, which answers when this one cannot (holdfast fallback add)',
  ];
}

/** Capacity would come back later than the configuration lets a request wait for it. */
export function raiseWait(
  { route: { task }, config }: RequestContext,
  candidates: readonly CandidateVerdict[],
): readonly string[] {
  const waited = candidates.filter((one) => {
    const failure = failureBehind(one);
    return failure !== undefined && isWaitedFor(failure);
  });
  if (waited.length === 0) return [];
  const providers = [...config.providers.keys()].filter((name) =>
    waited.some(({ target }) => target.startsWith(`${name}/`)),
  );
  const paths = [
    ['auxiliary', task, 'max_wait'],
    ...providers.map((name) => ['providers', name, 'max_wait']),
    ['max_wait'],
  ];
  const key = paths.map(formatKeyPath).find((path) => readSet(config, path) !== undefined);
  const isShort = key !== undefined && Number(readSet(config, key)) < defaults.maxWait.whole;
  return isShort ? [`raise ${key}, which lets a request wait for it no longer`] : [];
}

/** A limit of time that the configuration sets has cut an answer off. */
export function giveTime(
  { config }: Pick<RequestContext, 'config'>,
  failure: Failure,
  target: Target,
): readonly string[] {
  const fix = findSetLimit(failure, target, (key) => nameSetting(config, key));
  return fix === undefined ? [] : [fix];
}

/** Undefined where nobody has set it. */
function readSet(
  { values }: Pick<RequestContext['config'], 'values'>,
  key: string,
): string | undefined {
  return values.find((one) => one.key === key && one.source !== 'default')?.value;
}

/** A setting may say what the catalogue denies, or what only its owner knows. */
export function seeImages({ target, task, sourceOf }: FixContext): string | undefined {
  const key = imagesKey(target);
  const isSaid = target.images === false && sourceOf(key) !== key;
  const sees = catalogue.findModel(target.provider, target.model)?.images === true;
  const why = sees ? 'it sees images, as the catalogue knows' : 'if it does see images';
  const own = isSaid ? [`${why}: ${shellLine`holdfast config unset ${key}`}`] : [];
  const more = task.hasEyes ? [] : [sendElsewhere(task, sourceOf)];
  return [...own, ...more].join('; or ') || undefined;
}

/** Pictures are described by the task `vision`, which has no other task to ask. */
function sendElsewhere(
  { name, mode }: FixContext['task'],
  sourceOf: FixContext['sourceOf'],
): string {
  const model = `name a model that sees in ${sourceOf(formatKeyPath(['auxiliary', visionTask]))}`;
  if (mode === 'describe' || name === visionTask) return model;
  const ofTask = formatKeyPath(['auxiliary', name, 'blind_models']);
  const said = [ofTask, 'blind_models'].map(sourceOf).find((place) => place.endsWith(')'));
  const describe =
    said === undefined ? 'write blind_models: describe' : `write describe into ${said}`;
  return `${describe} and ${model}, or put one on the route`;
}
