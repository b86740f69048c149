"""The local AWS endpoint for first runs and tests: S3 and its neighbours by moto, Textract by a local OCR engine.

Nothing else in the project imports this package. It listens on the loopback address only, and it says
nothing about how accurate Amazon Textract is.
"""
