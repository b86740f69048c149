"""Facts in sentences and single lines."""
