"""Running scenarios many times and comparing policies on the same luck."""
