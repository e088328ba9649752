import { printable } from "../../../text/printable.ts";

interface ChoiceProps {
  readonly name: string;
  readonly options: readonly string[];
  /** Empty for any. */
  readonly chosen: string;
  readonly onChoose: (option: string) => void;
}

/** A filter by one of several values. */
export function Choice({ name, options, chosen, onChoose }: ChoiceProps) {
  return (
    <label>
      <span>{name}</span>
      <select value={chosen} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">any</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {printable(option)}
          </option>
        ))}
      </select>
    </label>
  );
}
