"""A day of many specimens through the whole deployment against an OCR service that enforces its quota."""
