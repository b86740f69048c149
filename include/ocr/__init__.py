"""Textract's block graph to page content; single pages sent, stored and merged with the embedded ones."""
