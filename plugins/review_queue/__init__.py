"""The operators' page in the Airflow UI: every document that failed, is retried or waits for a person, and what a
person can do about it.

Task states and codes come from Airflow's database, patient data from S3 at the moment it is looked at.
"""
