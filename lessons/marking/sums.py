"""Mistakes that are made with a sum over examples, whatever is summed."""

from lessons.marking.parts import Misconception


def sum_mistakes(each):
    """What goes wrong where the shares of the examples are to be added up.

    each : takes the inputs of the part and returns one row for each example
    """
    return (
        *(
            Misconception(
                table,
                f"You return {what} for each example; the gradient of the loss is their "
                "sum over the examples.",
            )
            for table, what in (
                (each, "one row"),
                (lambda *data: each(*data).T, "one column"),
            )
        ),
        Misconception(
            lambda *data: each(*data)[0],
            "Only the first example counts in yours: does the loop return too early?",
        ),
        Misconception(
            lambda *data: each(*data)[-1],
            "Only the last example counts in yours: add up, in place of overwriting.",
        ),
    )
