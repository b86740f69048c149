"""Tables: where they are, what their columns mean, what their rows say."""
