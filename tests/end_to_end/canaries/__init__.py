"""The canary search: documents of invented patients go all ways through the pipeline, then every place that may hold no
patient data is searched for their names, dates and numbers.
"""
