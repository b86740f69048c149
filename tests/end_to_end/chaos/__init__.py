"""``make chaos``: documents run on the whole deployment while its parts are killed and its services refuse."""
