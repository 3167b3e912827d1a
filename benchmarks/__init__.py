"""How fast the project is, measured side by side with ordinary models of the same lap."""
