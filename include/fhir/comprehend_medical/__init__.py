"""Amazon Comprehend Medical as an analyzer: pages as texts, its answers as facts with their place on the page."""
