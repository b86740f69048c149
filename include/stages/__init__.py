"""The steps of one document's way, each a function of its workspace. They join the packages; Airflow calls them."""
