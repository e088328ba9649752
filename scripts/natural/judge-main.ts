import { judgeMistakes } from "./judge.ts";

// A process of its own for each task: Dawn reads the adapter's environment at its start.
process.stdout.write(JSON.stringify(await judgeMistakes(process.argv[2]!)));
