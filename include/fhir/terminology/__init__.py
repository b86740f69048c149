"""Names of tests, units and flags as documents print them, and their codes. LOINC's notice is in ``NOTICE``."""
