import { deflateRawSync } from "node:zlib";
import { jsonFloat } from "../../results/json-float.ts";
import { toColumns } from "./columns.ts";

/**
 * A value inside a page, compressed, in characters without meaning in HTML. The page's script finds it by its id, and
 * unpacks it on demand.
 */
export function packedData(id: string, value: unknown): string {
  const bytes = deflateRawSync(JSON.stringify(toColumns(value), jsonFloat), { level: 9 });
  return `<script type="text/plain" id="${id}">${bytes.toString("base64")}</script>\n`;
}
