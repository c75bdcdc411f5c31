/** The answer to `GET models`, as far as protocols share it. */

export interface ModelName {
  /** Is a task or `provider/model`. */
  readonly name: string;
  /** Is `holdfast` for a task, else the provider. */
  readonly owner: string;
  /** Counts input and output tokens together; absent for a task, and if unknown. */
  readonly contextWindow?: number;
}

/** Puts all models on one page. */
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
