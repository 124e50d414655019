"""Tools for instructors and for continuous integration: one command, ``course``."""
