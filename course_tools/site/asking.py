"""Questions that answer on the page, as Markdown: what there is to say to each choice lies beside
it, hidden, and asking.js shows it."""

from lessons.marking.parts import ChoicesPart

RIGHT = "Right."


def prediction(asked):
    """The cell of a Prediction. Where no script runs, the answer stays in its fold."""
    question, _, fold = asked.markdown.partition("<details>")
    return _asked(question.strip(), asked.choices, asked.right, f"<details>{fold}\n\n")


def choices(task):
    """Below a task that asks for choices: each to click. "" for another task, or None."""
    parts = task.parts if task else ()
    if not parts or not all(isinstance(part, ChoicesPart) for part in parts):
        return ""
    return "\n\n".join(map(_choices, parts))


def _choices(part):
    asked = "\n\n".join(_one_of(key, choice) for key, choice in part.choices.items())
    why = f'<div class="why" hidden>\n\n{part.why}\n\n</div>' if part.why else ""
    return f'<div class="asked-together">\n\n{asked}\n\n{why}\n\n</div>'


def _one_of(key, choice):
    # Sorted: in the order of their declaration the right one comes first.
    replies = dict(sorted({choice.right: RIGHT, **choice.reasons}.items()))
    listed = "\n".join(f"- {option}" for option in replies)
    return _asked(f"**{key}**\n\n{listed}", replies, choice.right)


def _asked(question, replies, right, fold=""):
    """A question that ends with the list of its choices, and a reply to each, in their order."""
    told = "\n\n".join(
        f'<div class="reply{" right" * (choice == right)}" hidden>\n\n{reply}\n\n</div>'
        for choice, reply in replies.items()
    )
    return f'<div class="asked">\n\n{question}\n\n{told}\n\n{fold}</div>'
