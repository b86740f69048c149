"""What finds facts in a document: the rules, and whoever adds to what they find (docs/analyzers.md)."""

from include.fhir.analyzers.analysis import Analyzer, Rules, combined

__all__ = ["Analyzer", "Rules", "combined"]
