"""Where the weights of sentences come from: made on a developer's machine, never while the product runs."""
