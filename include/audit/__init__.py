"""The audit trail: what was done to which document, by whom, when; never what the document says."""
