"""For who works in a checkout: the engine, the demo, the benchmark, the generated pages. The package that pip installs has none of it."""
