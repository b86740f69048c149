"""One module for each kind of fact: what a row, an entry or a label says of it."""
