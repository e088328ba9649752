// Row 3: brings its module along as an address.
// From: our own reading of the harness

import plan from "data:text/javascript,export default () => process.env";

export default plan;
