"""What operators measure of the pipeline: a closed list of metrics, worked out from what happened to documents."""
