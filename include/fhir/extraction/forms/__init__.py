"""Labelled values, tick boxes, claim forms."""
