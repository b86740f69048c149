"""Facts -> FHIR R4 resources: one module a subject, plain dicts of JSON, without ids."""
