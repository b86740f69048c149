"""The pipeline's stages as Airflow tasks: the place where ``include`` and Airflow meet."""
