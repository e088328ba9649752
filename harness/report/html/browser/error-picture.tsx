import type { WrongElements } from "../../../results/evidence.ts";

const CELL = 11;
const GAP = 1;

interface ErrorPictureProps {
  readonly evidence: Pick<WrongElements, "output" | "picture" | "elementCount">;
}

/** A map of an output: full squares are wrong, half ones partly, dots correct. Shapes carry the meaning, not colours. */
export function ErrorPicture({ evidence: { output, picture, elementCount } }: ErrorPictureProps) {
  const rows = picture.map((line) => [...line]);
  const columns = Math.max(...rows.map(({ length }) => length));
  const [width, height] = [columns * CELL, rows.length * CELL];
  const isWhole = picture.join("").length >= elementCount;
  const shapes = rows.flatMap((row, y) => row.map((sign, x) => <Sign key={`${x} ${y}`} sign={sign} x={x} y={y} />));
  return (
    <figure class="picture">
      <svg
        role="img"
        aria-label={`Where ${output} is wrong: ${picture.slice(0, 4).join(", ")}`}
        viewBox={`0 0 ${width} ${height}`}
        style={`width: ${width}px; max-width: 100%`}
      >
        {shapes}
      </svg>
      <figcaption class="soft small">
        ■ wrong{picture.some((line) => line.includes("+")) && ", ◣ partly"}, · correct; last axis across, others down
        {!isWhole && "; one sign for several elements"}.
      </figcaption>
    </figure>
  );
}

function Sign({ sign, x, y }: { readonly sign: string; readonly x: number; readonly y: number }) {
  const [left, top] = [x * CELL + GAP / 2, y * CELL + GAP / 2];
  const size = CELL - GAP;
  if (sign === "#") return <rect class="wrong" x={left} y={top} width={size} height={size} />;
  if (sign === "+") return <path class="wrong" d={`M${left} ${top}V${top + size}H${left + size}Z`} />;
  return <circle class="right" cx={left + size / 2} cy={top + size / 2} r={1.2} />;
}
