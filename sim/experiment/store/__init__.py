"""The folder a sweep is kept in: what survives being killed, and is resumed, extended and reproduced."""
