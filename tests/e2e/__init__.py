"""The real window in a process of its own, played by keys, asked what it shows, killed."""
