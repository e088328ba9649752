import { expect, it } from "vitest";
import { resourceVariables, withoutComments } from "./storage-access.ts";

const storage = (code: string) =>
  resourceVariables(code).storage.map(({ name, binding, access }) => [name, binding, access]);

it("finds storage variables however they are written", () => {
  const code = `
    @group(0) @binding(0) var<storage, read> a: array<f32>;
    @binding(1) @group(0)
    var<storage,read_write> b: array<f32>;
    @group(0) @binding(2u) var<storage> c: array<u32>;
    const THIRD = 3u;
    @group(0) @binding(THIRD) var < storage , read_write > d : array<f32>;
    @group(0x0) @binding(0x4) var<storage, read_write,> e: array<f32>;`;
  expect(storage(code)).toEqual([
    ["a", 0, "read"],
    ["b", 1, "read_write"],
    ["c", 2, "read"],
    ["d", 3, "read_write"],
    ["e", 4, "read_write"],
  ]);
});

it("does not read comments", () => {
  const code = `// @group(0) @binding(0) var<storage, read_write> a: array<f32>;
    /* @group(0) @binding(1) /* nested */ var<storage, read_write> b: array<f32>; */
    @group(0) @binding(2) /* here */ var<storage, read> c: array<f32>;`;
  expect(storage(code)).toEqual([["c", 2, "read"]]);
  expect(withoutComments(code)).toHaveLength(code.length);
});

it("leaves variables of a workgroup and of a function alone", () => {
  const code = "var<workgroup> a: array<f32, 4>; var<private> b: f32; fn f() { var c: f32 = 1.0; }";
  expect(resourceVariables(code)).toEqual({ storage: [], foreign: [] });
});

it("names what a plan cannot bind", () => {
  const code = `@group(0) @binding(0) var<uniform> size: u32;
    @group(1) @binding(0) var<storage, read> other: array<f32>;
    @group(0) @binding(1) var image: texture_2d<f32>;`;
  expect(resourceVariables(code).foreign.map(({ name, reason }) => `${name} ${reason}`)).toEqual([
    "size is a uniform buffer, and a plan binds storage buffers only",
    "other is not in @group(0), the only group that a plan binds",
    "image is not a storage buffer, and a plan binds storage buffers only",
  ]);
});
