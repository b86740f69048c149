"""A FHIR server as a second destination: what of a document goes there, and what its answers mean."""
