"""Merged document -> facts -> FHIR R4 resources -> the patient's record."""
