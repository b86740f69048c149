"""Lines, columns, sections and headings: a page in the order in which it is meant to be read."""
