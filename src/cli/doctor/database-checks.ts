/** Checks the SQLite files of a home: a damaged page is only met by a command that reads it. */

import { createTrouble, type Trouble } from '../../explain/doctor/troubles.ts';
import type { Warning } from '../../model/events.ts';
import type { HomeContext } from '../terminal/terminal.ts';

/** `met` is what opening the state file has reported already. */
export async function judgeDatabases(
  { host, paths }: HomeContext,
  met: readonly Warning[],
): Promise<readonly Trouble[]> {
  const { findDamage } = await import('../../store/sqlite/find-damage.ts');
  const { stateLayout } = await import('../../store/sqlite/sql.ts');
  const state = met.length > 0 ? undefined : findDamage(host.files, paths.stateFile, stateLayout);
  const found: readonly Pick<Warning, 'text' | 'what' | 'fix'>[] =
    state === undefined ? met : [{ text: state.message, fix: state.fix }];
  const troubles = found.map(({ text, what = text, fix }) =>
    createTrouble('broken', what, { evidence, fix }),
  );
  return [...troubles, ...(await judgeOthers({ host, paths }))];
}

const evidence = [
  'a gateway that runs still answers; what is learned is forgotten when a process ends',
];

/** One that cannot be opened at all is found by the check of the disk. */
async function judgeOthers({ host, paths }: HomeContext): Promise<readonly Trouble[]> {
  const { findDamage } = await import('../../store/sqlite/find-damage.ts');
  const { contentsLayout } = await import('../../store/contents/content-file.ts');
  const { descriptionsLayout } = await import('../../store/descriptions/description-file.ts');
  const { sessionsLayout } = await import('../../sessions/layout.ts');
  const others = [
    [paths.sessionsFile, sessionsLayout],
    [paths.contentsFile, contentsLayout],
    [paths.descriptionsFile, descriptionsLayout],
  ] as const;
  return others.flatMap(([path, layout]) => {
    const damage = findDamage(host.files, path, layout);
    if (damage === undefined || damage.code === 'store-unreadable') return [];
    const { message, fix } = damage;
    return [
      createTrouble('broken', message, { evidence: ['a gateway that runs still answers'], fix }),
    ];
  });
}
