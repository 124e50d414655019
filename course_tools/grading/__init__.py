"""A class graded: submissions are repaired, judged outside their sandbox, and written down.

`jobs` is the data that passes between whoever prepares submissions and the referee.
"""
