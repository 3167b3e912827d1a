"""From what a run leaves behind to tidy frames, and every measure defined once."""
