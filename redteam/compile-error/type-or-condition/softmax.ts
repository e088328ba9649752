// Row 4: forty colons, each of which may end a condition or begin a type: the bundler's parser tries all 2⁴⁰ ways,
// and everybody's modules after this one would wait.
// From: our own reading of esbuild's parser

export default a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>a?(b):c=>1;
