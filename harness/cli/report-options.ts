/** The options of `grade` and `report` about what reports contain, for yargs. */
export const REPORT_OPTIONS = {
  locale: {
    type: "string",
    requiresArg: true,
    describe: "The locale of your spreadsheet, such as de: semicolons and decimal commas in tables",
  },
  against: {
    type: "string",
    requiresArg: true,
    describe: "A folder of earlier cohorts' submissions or runs, to find similar kernels in",
  },
} as const;
