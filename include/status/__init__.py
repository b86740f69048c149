"""How a deployment is: what the person on duty is told, and what to do about it."""
