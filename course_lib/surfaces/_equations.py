"""What the equations of curves and valleys share."""

from course_lib._validation import of_numbers


class Equations:
    """The equations of a surface look at what they are handed."""

    def __init_subclass__(cls):
        for name in ("value", "slope", "slopes", "curvature", "curvatures"):
            if name in vars(cls):
                setattr(cls, name, of_numbers(vars(cls)[name]))
