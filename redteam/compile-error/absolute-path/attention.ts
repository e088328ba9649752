// Row 3: imports a file of the system as text.
// From: our own reading of the harness

import code from "/etc/hostname.txt";

export default () => ({ passes: [{ code, bindings: ["out"], workgroups: [1] }] });
