// Row 4: a single built-in call that takes years: an engine that looks at its deadline between instructions never
// looks.
// From: our own reading of the harness

export default () => [].indexOf.call({ length: 2 ** 53 - 1 }, 1);
