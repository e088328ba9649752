import { NO_TRACK } from "../../task/learning-path.ts";
import type { Catalogue, CatalogueTask } from "../site-data.ts";

/** All tasks in the order of the learning path. */
export function pathOrder({ tracks }: Catalogue): CatalogueTask[] {
  return tracks.filter(({ name }) => name !== NO_TRACK).flatMap(({ tasks }) => tasks);
}
