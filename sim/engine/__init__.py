"""The machinery a simulation runs on: compiling, luck, calendars, queues and tables.

Nothing here knows what is simulated. Numba enters through ``compiled`` and
nowhere else; no file of this package may import from the rest of ``sim``
but ``vocabulary``.
"""
