"""Who the document is about, who wrote it, and whether it is about anybody."""
