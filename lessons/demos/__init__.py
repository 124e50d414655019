"""Every slider demo of the course: `demos.fig_6_1()` is the live panel of figure 6.1.

A chapter's demos are in the module named like its notebook; each is declared once, with
`lessons.stage.demo`. They are found by looking into the modules, and listed nowhere.
"""

from lessons.declared import declared
from lessons.stage.demo import Demo

ALL = {demo.name: demo for demo in declared(__name__, Demo)}
"""Every demo by name."""

globals().update(ALL)
