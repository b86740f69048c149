"""Is there anything to see on a picture of a page? Small pictures, grey values, no layout."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

Grey = npt.NDArray[np.uint8]

LOOK_SIDE = 1000
"""Longer side, in pixels, of the picture that is looked at: 9 pt print is still 9 px high on A4."""
CONTRAST = 40
"""Grey levels from the paper's own level; JPEG noise and paper grain stay below."""
BLANK_BELOW = 12
"""Marked pixels at LOOK_SIDE that are still dust: one printed digit has more."""


def grey(image: Image.Image) -> Grey:
    """A picture's grey values with its longer side at LOOK_SIDE or less; transparent counts as white."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        canvas = Image.new("RGBA", image.size, "white")
        canvas.alpha_composite(image.convert("RGBA"))
        image = canvas
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image, dtype=np.float64)
        span = float(values.max() - values.min()) or 1.0
        # 16-bit values span any range; stretched so that faint print stays visible.
        image = Image.fromarray(((values - values.min()) / max(span, 4096.0) * 255).astype(np.uint8))
    image = image.convert("L")
    factor = max(image.size) / LOOK_SIDE
    if factor > 1:
        image = image.resize((max(1, round(image.width / factor)), max(1, round(image.height / factor))),
                             Image.Resampling.BOX)
    return np.array(image, dtype=np.uint8)


def marks(picture: Grey) -> int:
    """Pixels that differ from the paper, where the paper's level is the one most pixels have."""
    if not picture.size:
        return 0
    paper = int(np.bincount(picture.ravel(), minlength=256).argmax())
    return int((np.abs(picture.astype(np.int16) - paper) > CONTRAST).sum())


def edges(picture: Grey) -> int:
    """Pixels that differ from their left or upper neighbour: letters have many, plain surfaces none."""
    values = picture.astype(np.int16)
    across = np.abs(np.diff(values, axis=1)) > CONTRAST
    down = np.abs(np.diff(values, axis=0)) > CONTRAST
    return int(across.sum() + down.sum())


def is_blank(picture: Grey) -> bool:
    """True only if nothing but dust is to be seen."""
    return marks(picture) < BLANK_BELOW
