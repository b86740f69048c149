"""Our own synthetic documents, and the facts that are printed on them."""
