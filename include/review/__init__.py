"""What a person decides about a document: approve, reject, correct, resolve by hand; and what they are shown for it."""
