"""What axe-core finds wrong with a page for those who see it badly, or use no mouse."""

from pathlib import Path

import axe_playwright_python

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
SERIOUS = """async within => {
    const {violations} = await axe.run(within, {resultTypes: ['violations'], preload: false})
    return violations.filter(({impact}) => ['serious', 'critical'].includes(impact))
        .map(({id, nodes}) => [id, nodes.map(node => node.target.join(' '))])
}"""


def serious(page, within=":root"):
    """What is serious or critical, as (rule, places), in what a selector finds on a page."""
    page.evaluate(AXE.read_text("utf-8"))
    return page.evaluate(SERIOUS, within)
