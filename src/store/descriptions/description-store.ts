/**
 * The contract of a store of image descriptions, keyed by the image's content. Synchronous: a
 * request looks up each image once.
 */

export interface DescriptionStore {
  /** Returns the description and counts this as a use. */
  find(key: string): string | undefined;
  /**
   * Stores the text unless the key exists. Returns the stored text, so that two requests which
   * describe an image at once agree.
   */
  keep(key: string, text: string): string;
  close(): void;
}

/** A description as in a list. Times are epoch ms. */
export interface KeptDescription {
  readonly key: string;
  readonly text: string;
  readonly madeAt: number;
  readonly usedAt: number;
}
