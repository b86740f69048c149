"""What a person on call is told: what is open, how many, whose move it is. Each alert once, never patient data."""
