import { printable } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { wrap } from "../../text/wrap.ts";
import type { Need, NeedItem } from "../needs-person.ts";
import { personLabel } from "../person-label.ts";

/** Items shown of each need: the page shows all of them. */
const MOST_SHOWN = 12;

/** Everything that a person has to look at, for the end of a run's output; empty if there is nothing. */
export function needsText(needs: readonly Need[], { colors, width }: TextStyle): string {
  if (needs.length === 0) return "";
  const parts = needs.map(({ about, todo, items }) => {
    const shown = items.slice(0, MOST_SHOWN).map((item) => wrap(itemText(item), width, "    ", "      "));
    const more = items.length - shown.length;
    const rest = more > 0 ? [`    and ${more} more: see index.html`] : [];
    return [wrap(`${about} (${items.length})${todo === "" ? "" : `: ${todo}`}`, width, "  ", "  "), ...shown, ...rest];
  });
  return [colors.yellow(colors.bold("Needs a person")), ...parts.flat()].join("\n");
}

function itemText({ candidate, name, text }: NeedItem): string {
  return [personLabel({ candidate, name, section: "" }), text]
    .filter((part) => part !== "")
    .map(printable)
    .join(": ");
}
