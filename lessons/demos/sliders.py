"""Sliders that several demos share."""

from lessons.stage.controls import Slider

RATE = "learning rate α"


def gabor_start(phi0, phi1, on=""):
    """Two sliders for a start in the box of figure 6.4.

    on : the axes that show the box from above, where the start can be dragged
    """
    x, y = (f"{on}.{side}" if on else "" for side in "xy")
    return {
        "start0": Slider("start φ₀", -10.0, 10.0, 0.1, phi0, along=x),
        "start1": Slider("start φ₁", 2.5, 22.5, 0.1, phi1, along=y),
    }


def data(noise, seed):
    """Two sliders for the noise and the seed of a data set, at the values of its figure."""
    return {
        "noise": Slider("noise in the data", 0.0, 3 * noise, noise / 10, noise),
        "seed": Slider("seed of the data", 0, 20, 1, seed),
    }
