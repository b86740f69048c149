"""Whether a deployed stack is as the template says: its settings read back, its permissions tried."""
