/**
 * How a tab hears of the gateway: by the worker that all tabs share; where the browser has none
 * (Chrome on Android), by a stream of its own while it is visible.
 */

import { effect } from '@preact/signals';
import { isVisible, joinWorker, onLeave, onShown, pageHash, repeat } from '../browser.ts';
import { readNotices, wantsNotices } from '../notices.ts';
import { Follower, type News } from './follower.ts';
import type { TabWord } from './tabs.ts';

/** A visible tab that hears nothing of its worker for so many seconds joins it again. */
const mostSilent = 5;

type Take = (told: News) => void;

export function follow(take: Take): void {
  if (!followByWorker(take)) followAlone(take);
}

/** False where the browser has no such worker. */
function followByWorker(take: Take): boolean {
  let silent = 0;
  let isAlone = false;
  const onTold = (told: News): void => {
    silent = 0;
    take(told);
  };
  const onFail = (): void => {
    if (!isAlone) followAlone(take);
    isAlone = true;
  };
  const join = () => joinWorker<News, TabWord>(`worker-${pageHash()}.js`, { onTold, onFail });
  let say = join();
  if (say === undefined) return false;
  const introduce = (): void => say?.({ isVisible: isVisible(), wantsNotices: wantsNotices.value });
  readNotices();
  effect(introduce);
  onShown(() => {
    readNotices();
    introduce();
  });
  onLeave(() => say?.('gone'));
  repeat(1000, () => {
    silent += 1;
    if (isAlone || !isVisible() || silent <= mostSilent) return;
    silent = 0;
    say?.('gone');
    say = join();
    introduce();
  });
  return true;
}

function followAlone(take: Take): void {
  const follower = new Follower(take);
  const look = (): void => (isVisible() ? follower.check() : follower.pause());
  look();
  repeat(1000, look);
  onShown(look);
}
