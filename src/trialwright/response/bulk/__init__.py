"""The same rules over many patients at once: compiled, in parallel, on a graphics card."""
