/**
 * The worker that all tabs of a browser share (a SharedWorker): it holds the one stream, tells each
 * tab its part, and shows a change of the verdict once. It is a bundle of its own.
 */

import { listenForTabs, repeat, showNotice } from '../browser.ts';
import { sentences, signOfState } from '../words.ts';
import { Follower, type News } from './follower.ts';
import { Tabs, type TabWord } from './tabs.ts';

serveTabs();

function serveTabs(): void {
  let wantsNotices = false;
  const tabs = new Tabs(({ state, text }) => {
    if (wantsNotices) showNotice(`${signOfState(state)} ${sentences[state]}`, text);
  });
  const follower = new Follower((told) => tabs.take(told));
  listenForTabs<News, TabWord>((tell) => (said) => {
    if (said === 'gone') return tabs.forget(tell);
    wantsNotices = said.wantsNotices;
    tabs.note(tell, said.isVisible);
    follower.check();
    void follower.identify();
  });
  repeat(1000, () => {
    if (tabs.isEmpty) return follower.pause();
    follower.check();
    tabs.take({ name: 'pulse' });
  });
}
