"""Count what wrong answers are met with: `python -m tests.wrong_answers [problem ...]`."""

import sys
from collections import Counter

from lessons.marking.verdict import Status
from tests.wrong_answers import Outcome, judge, outcome, tables


def main(asked):
    total = Counter()
    for table in tables():
        for problem, answers in table.WRONG.items():
            if asked and problem not in asked:
                continue
            counts = Counter()
            for part, label, answer, cause in answers:
                met, message = outcome(problem, part, answer, cause)
                counts[met] += 1
                if met in (Outcome.ACCEPTED, Outcome.NEITHER) or asked:
                    print(f"{problem} {part}, {label}: {met.value}\n    {message}")
            for part, style, answer in table.RIGHT.get(problem, ()):
                status, message = judge(problem, part, answer)
                if status is not Status.CORRECT:
                    print(f"{problem} {part}, right ({style}): refused\n    {message}")
            print(problem, *(f"· {met.value}: {counts[met]}" for met in Outcome), "\n")
            total += counts
    print("All", *(f"· {met.value}: {total[met]}" for met in Outcome), f"of {total.total()}")


main(sys.argv[1:])
