"""Amazon Textract for Airflow, in the shape of a module of apache-airflow-providers-amazon."""
