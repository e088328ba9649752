import { beforeAll, describe, expect, it } from "vitest";
import { loadTasks } from "../../catalog/load.ts";
import { learningPath } from "../../task/learning-path.ts";
import { type Catalogue, catalogueOf } from "../site-data.ts";
import { formatSiteRoute, parseSiteRoute } from "./site-routes.ts";
import { filteredTracks, NO_FILTER, type TaskFilter } from "./task-filter.ts";

let catalogue: Catalogue;

beforeAll(async () => {
  catalogue = catalogueOf(learningPath((await loadTasks()).map(({ spec }) => spec)));
});

const chosen = (filter: Partial<TaskFilter>) =>
  filteredTracks(catalogue, { ...NO_FILTER, ...filter }).flatMap(({ tasks }) => tasks);

describe("the start page's filter", () => {
  it("chooses all tasks at first", () => {
    expect(chosen({})).toEqual(catalogue.tracks.flatMap(({ tasks }) => tasks));
  });

  it("chooses by level, topic, family and interview question", () => {
    expect(new Set(chosen({ level: "1" }).map(({ level }) => level))).toEqual(new Set([1]));
    expect(new Set(chosen({ family: "gmm" }).map(({ family }) => family))).toEqual(new Set(["gmm"]));
    expect(chosen({ question: "20" }).map(({ name }) => name)).toContain("softmax");
    expect(chosen({ question: "20" }).map(({ name }) => name)).not.toContain("matmul");
    expect(filteredTracks(catalogue, { ...NO_FILTER, topic: "losses" }).map(({ name }) => name)).toEqual(["losses"]);
  });

  it("finds the beginnings of words, whatever their spelling", () => {
    expect(chosen({ search: "soft ro" }).map(({ name }) => name)).toContain("softmax");
    expect(chosen({ search: "quantization" }).length).toBeGreaterThan(0);
    expect(chosen({ search: "quantization" })).toEqual(chosen({ search: "quantisation" }));
    expect(chosen({ search: "zzz" })).toEqual([]);
  });

  it("needs all that it names", () => {
    expect(chosen({ level: "1", topic: "mixtures" })).toEqual([]);
  });
});

describe("addresses of the site", () => {
  it.each([
    "#/",
    "#/?level=2&search=soft+max",
    "#/tasks/softmax",
    "#/shared/softmax/a-b_c",
    "#/tutorial/3",
    "#/wgsl",
    "#/webgpu",
  ])("%s leads to a page, and back", (address) => {
    expect(formatSiteRoute(parseSiteRoute(address))).toBe(address);
  });

  it.each(["", "#", "#/nothing", "#/tasks/", "#/shared/softmax"])("%s leads to the start page", (address) => {
    expect(parseSiteRoute(address)).toEqual({ view: "start", filter: NO_FILTER });
  });
});
