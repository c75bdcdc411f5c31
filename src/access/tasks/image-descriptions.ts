/**
 * Images in words (before step 3 of a request): each is shown to the task `vision` once, whoever
 * asks and however often, and its description kept by what it shows. So a conversation is told in
 * the same bytes each turn, and prompt caches hold.
 */

import { hash } from 'node:crypto';
import type { Clock } from '../../host.ts';
import type { Picture } from '../../protocols/content/pictures.ts';
import type { DescriptionStore } from '../../store/descriptions/description-store.ts';
import type { TaskMessage } from '../../tasks/profile.ts';
import { profileOf } from '../../tasks/profiles.ts';
import { Lesson } from '../memory/lessons.ts';
import type { AskTask, OnAccount } from './ask-task.ts';

/**
 * An image that nobody could see is not shown again for so long, so that a task that is down holds
 * up no further turn.
 */
const failedMs = 60_000;

/** Of all the images of a request. */
interface Described {
  readonly textOf: (key: string) => string;
  /** For the record. */
  readonly note: string;
}

interface DescriptionParts {
  readonly clock: Clock;
  readonly store: DescriptionStore;
  readonly ask: AskTask;
  /** A screenshot may show a key (law 20). */
  readonly redact: (text: string) => string;
}

/** One image is known by what it shows, in every protocol: by its bytes, else by its address. */
export function keyOfPicture({ url }: Picture): string {
  if (url === undefined) return 'unseen';
  const data = url.startsWith('data:') ? url.slice(url.indexOf(',') + 1) : url;
  return hash('sha256', data);
}

export class Descriptions {
  readonly #parts: DescriptionParts;
  /** Those that are being made: who needs the same one waits for it. */
  readonly #making = new Map<string, Promise<string>>();
  readonly #failed: Lesson<string>;

  constructor(parts: DescriptionParts) {
    this.#parts = parts;
    this.#failed = new Lesson({ clock: parts.clock, keptMs: failedMs, keyOf: (key) => key });
  }

  /**
   * Never rejects. A description that was begun is made to its end, whoever has gone: the next turn
   * needs it.
   */
  async describeAll(pictures: readonly Picture[], asker: OnAccount): Promise<Described> {
    const byKey = new Map(pictures.map((picture) => [keyOfPicture(picture), picture]));
    const texts = new Map<string, string>();
    let asked = 0;
    let unseen = 0;
    const look = async (key: string, picture: Picture): Promise<void> => {
      const known = this.#parts.store.find(key);
      if (known === undefined) asked += 1;
      const text = known ?? (await this.#tryToDescribe(key, picture, asker));
      if (text === undefined) unseen += 1;
      texts.set(key, text === undefined ? placeholder : framed(text));
    };
    await Promise.all([...byKey].map(([key, picture]) => look(key, picture)));
    return {
      textOf: (key) => texts.get(key) ?? placeholder,
      note: describeWork({ all: byKey.size, asked, unseen }),
    };
  }

  close(): void {
    this.#parts.store.close();
  }

  /** What is known of an image. */
  find(picture: Picture): string | undefined {
    return this.#parts.store.find(keyOfPicture(picture));
  }

  /** Keeps what was said of it, and returns what is kept. Throws for nothing. */
  keep(picture: Picture, text: string): string {
    if (text === '') throw new Error('the description is empty');
    return this.#parts.store.keep(keyOfPicture(picture), this.#parts.redact(text));
  }

  async #tryToDescribe(
    key: string,
    picture: Picture,
    asker: OnAccount,
  ): Promise<string | undefined> {
    if (picture.url === undefined || this.#failed.of(key) === true) return undefined;
    try {
      return await this.#makeOnce(key, picture, asker);
    } catch {
      this.#failed.learn(key, true); // why stands in its own record
      return undefined;
    }
  }

  #makeOnce(key: string, picture: Picture, asker: OnAccount): Promise<string> {
    const making = this.#making.get(key) ?? this.#make(picture, asker);
    this.#making.set(key, making);
    return making.finally(() => this.#making.delete(key));
  }

  async #make(picture: Picture, { caller, budgets }: OnAccount): Promise<string> {
    const { signal } = new AbortController(); // its task's own time ends it
    const shown = profileOf('vision').prompt(showPicture(picture));
    const { text } = await this.#parts.ask('vision', shown, { signal, caller, budgets });
    return this.keep(picture, text);
  }
}

/** An image as a message that shows it. */
export function showPicture({ url = '' }: Picture): readonly [TaskMessage] {
  return [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }];
}

/** The words around a description never change: they are a part of what prompt caches know. */
function framed(text: string): string {
  return `[An image stands here. You cannot see it; another model has described it:\n${text}\n]`;
}

const placeholder =
  '[An image stands here. You cannot see it, and no model that can was available to describe it. If the answer depends on it, say so.]';

function describeWork({
  all,
  asked,
  unseen,
}: Readonly<Record<'all' | 'asked' | 'unseen', number>>): string {
  const failed =
    unseen === 0 ? '' : `; ${unseen} could not be seen by anybody, and that is what was told`;
  return `${all} image${all === 1 ? '' : 's'} put into words, ${asked} of them now${failed}`;
}
