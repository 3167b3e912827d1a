"""Charts and reports; the only part of the package that knows matplotlib."""
