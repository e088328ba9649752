export { columnsInTurn, columnsModulo, rowTurns } from "../../harness/task/places.ts";
