/** The answer to `GET models`, as far as several protocols have it alike. */

export interface ModelName {
  /** A task, or `provider/model`. */
  readonly name: string;
  /** `holdfast` for a task, else the provider. */
  readonly owner: string;
  /** Tokens that it reads and writes in all; absent of a task, and where nobody has said. */
  readonly contextWindow?: number;
}

/** One page that has all of them. */
export function createPage(
  models: readonly ModelName[],
  encode: (model: ModelName) => object,
): object {
  return {
    data: models.map(encode),
    has_more: false,
    first_id: models[0]?.name ?? null,
    last_id: models.at(-1)?.name ?? null,
  };
}
