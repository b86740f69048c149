"""What the pipeline's promises about speed and memory cost, measured; ``make bench-...`` runs them."""
