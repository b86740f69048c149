"""The pipeline itself: documents, OCR, FHIR, audit. Nothing in this package imports Airflow."""
