"""What a document is: its pages, their kinds, its route, its identity, where its parts are stored."""
