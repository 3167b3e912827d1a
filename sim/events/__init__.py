"""The mechanics: handlers by runner, and the loop that hands them events."""
