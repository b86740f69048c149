"""Whether everything that came in is accounted for: proven from the stores and Airflow's API alone."""
