/**
 * Describes images in words (before step 3 of a request): the task `vision` describes each image
 * once, whoever asks and however often, and the description is stored by the image's content. So
 * each turn sends the same bytes, and prompt caches stay valid.
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
 * An image that could not be described is not tried again for this long, so that a broken task
 * delays no further turn.
 */
const failedMs = 60_000;

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

/** Names an image by its content, in every protocol: by its bytes, else by its address. */
export function keyOfPicture({ url }: Picture): string {
  if (url === undefined) return 'unseen';
  const data = url.startsWith('data:') ? url.slice(url.indexOf(',') + 1) : url;
  return hash('sha256', data);
}

export class Descriptions {
  readonly #parts: DescriptionParts;
  /** Descriptions under way: a request that needs the same one waits for it. */
  readonly #making = new Map<string, Promise<string>>();
  readonly #failed: Lesson<string>;

  constructor(parts: DescriptionParts) {
    this.#parts = parts;
    this.#failed = new Lesson({ clock: parts.clock, keptMs: failedMs, keyOf: (key) => key });
  }

  /**
   * Never rejects. A description that was begun is completed even if the caller leaves: the next
   * turn needs it.
   */
  async describeAll(pictures: readonly Picture[], asker: OnAccount): Promise<Described> {
    const byKey = new Map(pictures.map((picture) => [keyOfPicture(picture), picture]));
    const texts = new Map<string, string>();
    const counts = { seen: 0, now: 0, unseen: 0 };
    const look = async (key: string, picture: Picture): Promise<void> => {
      const known = this.#parts.store.find(key);
      const text = known ?? (await this.#tryToDescribe(key, picture, asker));
      counts[text === undefined ? 'unseen' : 'seen'] += 1;
      if (known === undefined && text !== undefined) counts.now += 1;
      texts.set(key, text === undefined ? placeholder : framed(text));
    };
    await Promise.all([...byKey].map(([key, picture]) => look(key, picture)));
    return {
      textOf: (key) => texts.get(key) ?? placeholder,
      note: describeWork(counts),
    };
  }

  close(): void {
    this.#parts.store.close();
  }

  find(picture: Picture): string | undefined {
    return this.#parts.store.find(keyOfPicture(picture));
  }

  /** Stores a description and returns the stored text. Never throws. */
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
      this.#failed.learn(key, true); // its own record says why
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

/** Makes a message that shows the image. */
export function showPicture({ url = '' }: Picture): readonly [TaskMessage] {
  return [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }];
}

/** The words around a description never change, because prompt caches depend on them. */
function framed(text: string): string {
  return `[An image stands here. You cannot see it; another model has described it:\n${text}\n]`;
}

const placeholder =
  '[An image stands here. You cannot see it, and no model that can was available to describe it. If the answer depends on it, say so.]';

/** Each image is counted once; why one could not be described is told by the record of its task. */
function describeWork(counts: Readonly<Record<'seen' | 'now' | 'unseen', number>>): string {
  const { seen, now, unseen } = counts;
  const images = (count: number): string => `${count} image${count === 1 ? '' : 's'}`;
  const told = seen === 0 ? [] : [`${images(seen)} put into words, ${now} of them now`];
  const more = `${images(unseen)} could not be described, and the answering model was told so`;
  return [...told, ...(unseen === 0 ? [] : [`${more}: holdfast why --task vision`])].join('; ');
}
