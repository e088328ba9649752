/** Says that this browser has accepted a submission for a task. */
export function SolvedMark() {
  return (
    <span class="badge good">
      <span aria-hidden="true">✓</span> solved
    </span>
  );
}
