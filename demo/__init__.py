"""The local system: sandbox and Airflow on loopback, for the demo, for ``make up`` and for the end-to-end tests."""
