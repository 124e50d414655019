"""What axe-core finds wrong with a page for those who see it badly, or use no mouse."""

from pathlib import Path

import axe_playwright_python

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
SERIOUS = """async within => {
    const asked = {resultTypes: ['violations'], preload: false, elementRef: true}
    const {violations} = await axe.run(within, asked)
    return violations.filter(({impact}) => ['serious', 'critical'].includes(impact)).flatMap(
        ({id, nodes}) => nodes.map(({element, target}) =>
            [element.closest(within)?.className ?? '', id, target.join(' ')]))
}"""


def serious(page, within=":root"):
    """What is serious or critical in the elements that a selector finds: the classes of such an
    element, the rule, and the place."""
    page.evaluate(AXE.read_text("utf-8"))
    return page.evaluate(SERIOUS, within)
