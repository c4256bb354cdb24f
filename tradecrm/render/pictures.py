"""Pictures that people hand in, decoded safely: PNG or JPEG only, limited, and written anew without anything else."""

from __future__ import annotations

import io

MOST_BYTES = 5_000_000
MOST_PIXELS = 24_000_000
_FORMATS = ("PNG", "JPEG")


class NoPicture(ValueError):
    """What was handed in is no picture that can be printed."""


def cleaned_picture(data: bytes, longest: int = 1200) -> bytes:
    """Answer a picture as PNG of at most ``longest`` pixels a side, free of metadata; raises NoPicture.

    Only PNG and JPEG are decoded, and only after their size has been read from the head, so that a small file
    cannot unfold into gigabytes.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    if len(data) > MOST_BYTES:
        raise NoPicture
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            width, height = picture.size
            if not width or not height or width * height > MOST_PIXELS:
                raise NoPicture
            upright = ImageOps.exif_transpose(picture)
            shown = upright.convert(
                "RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB"
            )
            shown.thumbnail((longest, longest))
            target = io.BytesIO()
            shown.save(target, "PNG", optimize=True)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NoPicture from error
    return target.getvalue()
