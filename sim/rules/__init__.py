"""The science: small pure functions that see numbers only and never draw a random number."""
