/**
 * What is asked of whoever keeps descriptions of images, by what the image shows. Synchronous: a
 * request asks once for each image.
 */

export interface DescriptionStore {
  /** The description, which counts as used now. */
  find(key: string): string | undefined;
  /**
   * Keeps it where there is none; what is kept in the end, so that two who describe one image at
   * once tell it alike.
   */
  keep(key: string, text: string): string;
  close(): void;
}

/** A description as a list shows it. Times are epoch ms. */
export interface KeptDescription {
  readonly key: string;
  readonly text: string;
  readonly madeAt: number;
  readonly usedAt: number;
}
