"""Documents by number for runs of thousands: what each page prints, the squares that say its number, and the files.

The same number gives the same document on every machine. A scanned page carries its number in squares, so that the
sandbox's stand-in for OCR can tell what is printed on it without reading.
"""
